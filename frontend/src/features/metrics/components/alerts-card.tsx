import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { AXIS, GRID } from "@/components/charts/axis";
import { ChartFrame } from "@/components/charts/chart-frame";
import { ChartTip } from "@/components/charts/chart-tip";
import { timeInDay, timeLabel } from "@/components/charts/time-axis";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { SeverityMark } from "@/components/ui/severity-mark";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/format";
import { type AlertBucket, type Extent, useAlertCounts } from "../api/metrics";
import { everyBucket } from "../buckets";

const LEVELS = ["CRITICAL", "HIGH", "MEDIUM", "LOW"] as const;
const STACKED = LEVELS.toReversed();

interface Column {
  atMs: number;
  bucket: AlertBucket | undefined;
}

const countOf = ({ bucket }: Column, level: string) => bucket?.severities[level] ?? 0;

/** How many alerts opened when, by the severity at their peak. */
export function AlertsCard({ extent }: { extent: Extent }) {
  const { data, error, isPending, refetch } = useAlertCounts(extent);
  const columns = everyBucket(data?.buckets ?? [], Date.parse(extent.from), Date.parse(extent.to), extent.bucket);
  const total = columns.reduce((sum, { bucket }) => sum + (bucket?.alerts ?? 0), 0);
  return (
    <ChartFrame
      title="Alerts opened"
      note={data ? `${total}, a column for ${columnWords(extent.bucket)}` : undefined}
      table={() => ({
        headings: ["Bucket (IST)", ...LEVELS, "All"],
        rows: columns
          .filter(({ bucket }) => bucket)
          .map((column) => [
            timeInDay(column.atMs),
            ...LEVELS.map((level) => String(countOf(column, level))),
            String(column.bucket?.alerts ?? 0),
          ]),
      })}
    >
      <div className="h-60">
        {isPending && <SkeletonRows rows={4} />}
        {error && !data && <Problem problem={error} onRetry={refetch} />}
        {data && total === 0 && <Empty title="No alert opened in this range" />}
        {total > 0 && <Columns columns={columns} />}
      </div>
    </ChartFrame>
  );
}

function Columns({ columns }: { columns: Column[] }) {
  const format = useFormat();
  return (
    <div role="img" aria-label="Alerts over time; the table has the numbers" className="flex h-full flex-col">
      <ul className="flex flex-wrap gap-x-4 px-3 pt-2 text-xs">
        {LEVELS.map((level) => (
          <li key={level}>
            <SeverityMark severity={level} />
          </li>
        ))}
      </ul>
      <div className="min-h-0 flex-1 p-2">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 200 }}>
          <BarChart data={columns} margin={{ top: 8, right: 12, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid {...GRID} />
            <XAxis {...AXIS} dataKey="atMs" tickFormatter={timeLabel} minTickGap={40} />
            <YAxis {...AXIS} width={46} allowDecimals={false} />
            <Tooltip
              isAnimationActive={false}
              cursor={{ fill: "var(--hover)" }}
              content={({ active, payload }) => {
                const column = payload?.[0]?.payload as Column | undefined;
                return active && column ? (
                  <ChartTip
                    title={`From ${timeInDay(column.atMs)} IST`}
                    lines={LEVELS.map((level) => ({
                      label: level,
                      value: format.count(countOf(column, level)),
                      colour: `var(--${level})`,
                    }))}
                  />
                ) : null;
              }}
            />
            {STACKED.map((level) => (
              <Bar
                key={level}
                dataKey={(column: Column) => countOf(column, level)}
                name={level}
                stackId="alerts"
                fill={`var(--${level})`}
                isAnimationActive={false}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
    </div>
  );
}

function columnWords(minutes: number): string {
  if (minutes === 60) return "an hour";
  return minutes === 1 ? "a minute" : `${minutes} minutes`;
}
