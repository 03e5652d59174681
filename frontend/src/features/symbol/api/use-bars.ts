import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { type Range, rangeMs } from "@/components/ui/time-range";
import { useRecord, useStream } from "@/stream/stream";

export type Bucket = 1 | 5 | 15 | 60;
const BUCKETS: Record<Range, Bucket> = { "1h": 1, "4h": 1, "24h": 5, "7d": 15 };
const AGAIN_MS = 30_000;

export function bucketOf(range: Range): Bucket {
  return BUCKETS[range];
}

/**
 * Stored minutes of a symbol, joined into bars, again every half a minute. A range reaches back from the symbol's newest
 * record, since a replay lives in recorded days; where none is heard, from `lastMs`, its last score that is stored: null
 * where it has none, undefined while nobody knows yet, and until then nothing is asked.
 */
export function useBars(symbol: string, range: Range, lastMs: number | null | undefined) {
  const stream = useStream();
  const isHeard = useRecord(symbol) !== undefined;
  return useQuery({
    queryKey: ["risk", "bars", symbol, range],
    queryFn: () => {
      const record = stream.current.records.get(symbol);
      const until = record ? Date.parse(record.timestamp) : (lastMs ?? null);
      const from = until === null ? {} : { from: new Date(until - rangeMs(range)).toISOString() };
      const query = { symbol, bucket: BUCKETS[range], ...from };
      return read(api.GET("/api/v1/risk/bars", { params: { query } }));
    },
    enabled: isHeard || lastMs !== undefined,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
}
