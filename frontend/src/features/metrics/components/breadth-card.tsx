import { ChartFrame } from "@/components/charts/chart-frame";
import type { Series } from "@/components/charts/legend";
import { timeInDay } from "@/components/charts/time-axis";
import { TimeLines } from "@/components/charts/time-lines";
import { UNKNOWN, useFormat } from "@/lib/format";
import type { Bucket, Extent } from "../api/metrics";
import { everyBucket, pointsOf } from "../buckets";

const SERIES: Series[] = [
  { key: "breadth", label: "Breadth: records that are MEDIUM or above", colour: "var(--accent)" },
  { key: "market", label: "Market-wide share of what raises scores", colour: "var(--replay)", dash: "5 3" },
];

/** How much of the market is restless, and how much of that is the market's own. */
export function BreadthCard({ buckets, extent }: { buckets: readonly Bucket[]; extent: Extent }) {
  const format = useFormat();
  const [fromMs, toMs] = [Date.parse(extent.from), Date.parse(extent.to)];
  const points = pointsOf(everyBucket(buckets, fromMs, toMs, extent.bucket), {
    breadth: (bucket) => 100 * bucket.breadth,
    market: (bucket) => (bucket.market_share === null ? null : 100 * bucket.market_share),
  });
  const write = (value: number | null | undefined) =>
    value === null || value === undefined ? UNKNOWN : `${format.number(value, 0)} %`;
  return (
    <ChartFrame
      title="Breadth and market-wide share"
      note={extent.bucket === 1 ? "Market-wide share: from 5 min buckets on" : undefined}
      table={() => ({
        headings: ["Bucket (IST)", "Breadth", "Market-wide share"],
        rows: points.map(({ atMs, values }) => [timeInDay(atMs), write(values.breadth), write(values.market)]),
      })}
    >
      <div className="h-60">
        <TimeLines
          label="Breadth and market-wide share over time; the table has the numbers"
          points={points}
          series={SERIES}
          fromMs={fromMs}
          toMs={toMs}
          domain={[0, 100]}
          write={write}
        />
      </div>
    </ChartFrame>
  );
}
