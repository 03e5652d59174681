import type { TimePoint } from "@/components/charts/time-lines";
import type { Range } from "@/components/ui/time-range";
import { SEVERITIES, type Severity } from "@/stream/messages";
import type { Bucket, Minutes } from "./api/metrics";

/** Which buckets a range is shown in, the first without being asked: never more than 300 points. */
const BUCKETS: Record<Range, readonly [Minutes, ...Minutes[]]> = {
  "1h": [1, 5],
  "4h": [5, 1, 15],
  "24h": [15, 5, 60],
  "7d": [60],
};

export function bucketsOf(range: Range): readonly Minutes[] {
  return BUCKETS[range];
}

/** The bucket in the address where the range has it, else the range's first. */
export function bucketOf(range: Range, given: string | null): Minutes {
  return BUCKETS[range].find((minutes) => String(minutes) === given) ?? BUCKETS[range][0];
}

/** One point for each bucket of the range, also for those without anything, so that a line breaks there. */
export function everyBucket<T extends { start: string }>(
  buckets: readonly T[],
  fromMs: number,
  toMs: number,
  minutes: number,
): { atMs: number; bucket: T | undefined }[] {
  const byStart = new Map(buckets.map((bucket) => [Date.parse(bucket.start), bucket]));
  const step = 60_000 * minutes;
  return Array.from({ length: Math.max(0, Math.round((toMs - fromMs) / step)) }, (_, place) => {
    const atMs = fromMs + place * step;
    return { atMs, bucket: byStart.get(atMs) };
  });
}

/** Points of one or more series, by what each says of a bucket. */
export function pointsOf<T extends { start: string }>(
  every: readonly { atMs: number; bucket: T | undefined }[],
  series: Readonly<Record<string, (bucket: T) => number | null>>,
): TimePoint[] {
  return every.map(({ atMs, bucket }) => {
    const values = Object.entries(series).map(([key, of]) => [key, bucket ? of(bucket) : null]);
    return { atMs, values: Object.fromEntries(values) };
  });
}

/** How many records had each severity, over all buckets. */
export function severityTotals(buckets: readonly Bucket[]): { severity: Severity; records: number }[] {
  return SEVERITIES.map((severity) => ({
    severity,
    records: buckets.reduce((sum, bucket) => sum + bucket.severities[severity], 0),
  }));
}
