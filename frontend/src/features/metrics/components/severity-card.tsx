import { Cell, Pie, PieChart, ResponsiveContainer } from "recharts";
import { ChartFrame } from "@/components/charts/chart-frame";
import { Empty } from "@/components/ui/empty";
import { SeverityMark } from "@/components/ui/severity-mark";
import { useFormat } from "@/lib/format";
import type { Bucket } from "../api/metrics";
import { severityTotals } from "../buckets";

/** How the records of the range are spread over the severities. */
export function SeverityCard({ buckets }: { buckets: readonly Bucket[] }) {
  const format = useFormat();
  const totals = severityTotals(buckets).toReversed();
  const all = totals.reduce((sum, { records }) => sum + records, 0);
  const share = (records: number) => (all ? `${format.number((100 * records) / all, 1)} %` : format.number(null, 1));
  return (
    <ChartFrame
      title="Severities"
      note={`${format.count(all)} records`}
      table={() => ({
        headings: ["Severity", "Records", "Share"],
        rows: totals.map(({ severity, records }) => [severity, format.count(records), share(records)]),
      })}
    >
      {all === 0 ? (
        <Empty title="No record in this range" />
      ) : (
        <div className="flex h-72 items-center gap-2 p-3">
          <div
            className="h-full min-w-0 flex-1"
            role="img"
            aria-label="Shares of the severities, as beside it in words"
          >
            <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 200, height: 240 }}>
              <PieChart accessibilityLayer={false}>
                <Pie
                  data={totals}
                  dataKey="records"
                  nameKey="severity"
                  innerRadius="55%"
                  outerRadius="92%"
                  startAngle={90}
                  endAngle={-270}
                  stroke="var(--surface)"
                  isAnimationActive={false}
                >
                  {totals.map(({ severity }) => (
                    <Cell key={severity} fill={`var(--${severity})`} />
                  ))}
                </Pie>
              </PieChart>
            </ResponsiveContainer>
          </div>
          <ul className="grid gap-2">
            {totals.map(({ severity, records }) => (
              <li key={severity} className="flex items-baseline justify-between gap-3">
                <SeverityMark severity={severity} />
                <span className="num">{share(records)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </ChartFrame>
  );
}
