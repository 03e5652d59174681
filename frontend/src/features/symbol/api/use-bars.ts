import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { type Range, rangeMs } from "@/components/ui/time-range";
import { useStream } from "@/stream/stream";

export type Bucket = 1 | 5 | 15 | 60;
const BUCKETS: Record<Range, Bucket> = { "1h": 1, "4h": 1, "24h": 5, "7d": 15 };
const AGAIN_MS = 30_000;

export function bucketOf(range: Range): Bucket {
  return BUCKETS[range];
}

/**
 * Stored minutes of a symbol, joined into bars, again every half a minute. `newestMs` is the newest instant that is
 * known of it in log time (a replay lives in recorded days); without one the server answers its last 24 hours.
 */
export function useBars(symbol: string, range: Range, newestMs: number | null) {
  const stream = useStream();
  return useQuery({
    queryKey: ["risk", "bars", symbol, range],
    queryFn: () => {
      const record = stream.current.records.get(symbol);
      const until = record ? Date.parse(record.timestamp) : newestMs;
      const from = until === null ? {} : { from: new Date(until - rangeMs(range)).toISOString() };
      const query = { symbol, bucket: BUCKETS[range], ...from };
      return read(api.GET("/api/v1/risk/bars", { params: { query } }));
    },
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
}
