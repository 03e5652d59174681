import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";
import { type Range, rangeMs } from "@/components/ui/time-range";

export type Stats = components["schemas"]["Stats"];
export type Bucket = components["schemas"]["Bucket"];
export type SymbolStats = components["schemas"]["SymbolStats"];
export type AlertBucket = components["schemas"]["AlertBucket"];
export type Minutes = 1 | 5 | 15 | 60;

const REFRESH_MS = 15_000;

const stats = (query: { bucket: Minutes; from?: string; run?: number }) =>
  read(api.GET("/api/v1/risk/stats", { params: { query } }));

/** The statistics of the newest run over the last `range` of its own time, which is not the wall clock's in a replay. */
export function useStats(range: Range, bucket: Minutes) {
  return useQuery({
    queryKey: ["risk", "stats", range, bucket],
    queryFn: async () => {
      if (range === "24h") return stats({ bucket });
      const newest = await stats({ bucket: 60 });
      if (newest.run === null || newest.to === null) return newest;
      const toMs = Date.parse(newest.now.instant ?? newest.to);
      return stats({ bucket, run: newest.run, from: new Date(toMs - rangeMs(range)).toISOString() });
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

/** Which range of which run the statistics cover: everything else on the screen is asked for the same. */
export interface Extent {
  run: number;
  from: string;
  to: string;
  bucket: Minutes;
}

export function useAlertCounts({ run, from, to, bucket }: Extent) {
  return useQuery({
    queryKey: ["alerts", "counts", run, from, to, bucket],
    queryFn: () => read(api.GET("/api/v1/alerts/counts", { params: { query: { run, from, to, bucket } } })),
    placeholderData: keepPreviousData,
  });
}

/** The scores of a few symbols at the end of each bucket. */
export function useSymbolScores(symbols: readonly string[], { run, from, to, bucket }: Extent) {
  return useQueries({
    queries: symbols.map((symbol) => ({
      queryKey: ["risk", "bars", symbol, run, from, to, bucket],
      queryFn: () =>
        read(
          api.GET("/api/v1/risk/bars", {
            params: { query: { symbol, run: String(run), from, to, bucket } },
          }),
        ),
      placeholderData: keepPreviousData,
    })),
  });
}
