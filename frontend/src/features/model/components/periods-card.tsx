import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { AXIS, GRID } from "@/components/charts/axis";
import { ChartFrame } from "@/components/charts/chart-frame";
import { ChartTip } from "@/components/charts/chart-tip";
import { Legend, type Series } from "@/components/charts/legend";
import { Empty } from "@/components/ui/empty";
import { Segmented } from "@/components/ui/segmented";
import { useFormat } from "@/lib/format";
import { useSearchParam } from "@/lib/search-param";
import type { Quality } from "../api/quality";

type Stretch = Quality["months"][number];
const SERIES: (Series & { key: "brier" | "skill_against_base" })[] = [
  { key: "brier", label: "Brier score (less is better)", colour: "var(--accent)" },
  {
    key: "skill_against_base",
    label: "Skill against always .30 (more is better)",
    colour: "var(--replay)",
    dash: "5 3",
  },
];

/** Whether the model keeps its quality over time. */
export function PeriodsCard({ quality }: { quality: Quality }) {
  const format = useFormat();
  const [by, setBy] = useSearchParam("by", ["session", "month"] as const, "session");
  const stretches = by === "month" ? quality.months : quality.per_session;
  return (
    <ChartFrame
      title="Over time"
      note={`${stretches.length} ${by}s`}
      tools={
        <Segmented
          label="Period"
          value={by}
          choices={[
            { value: "session", label: "Session" },
            { value: "month", label: "Month" },
          ]}
          onChange={setBy}
        />
      }
      table={() => ({
        headings: ["Period", "Windows", "Observed", "Forecast", "Brier", "Skill", "AUC"],
        rows: stretches.map((one) => [
          one.period,
          format.count(one.cases),
          format.score(one.observed),
          format.score(one.mean_forecast),
          format.score(one.brier),
          format.signed(one.skill_against_base, 3),
          format.score(one.auc),
        ]),
      })}
    >
      {stretches.length === 0 ? <Empty title="No period was judged" /> : <Lines stretches={stretches} />}
    </ChartFrame>
  );
}

function Lines({ stretches }: { stretches: readonly Stretch[] }) {
  const format = useFormat();
  return (
    <div
      role="img"
      aria-label="Brier score and skill by period; the table has the numbers"
      className="flex h-80 flex-col"
    >
      <Legend series={SERIES} />
      <div className="min-h-0 flex-1 p-2">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 240 }}>
          <LineChart
            data={[...stretches]}
            margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid {...GRID} />
            <XAxis {...AXIS} dataKey="period" minTickGap={40} />
            <YAxis {...AXIS} width={46} tickFormatter={(value: number) => format.number(value, 2)} />
            <ReferenceLine y={0} stroke="var(--line-strong)" />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: "var(--line-strong)" }}
              content={({ active, payload }) => {
                const one = payload?.[0]?.payload as Stretch | undefined;
                return active && one ? (
                  <ChartTip
                    title={`${one.period} · ${format.count(one.cases)} windows`}
                    lines={SERIES.map((series) => ({ ...series, value: format.score(one[series.key]) }))}
                  />
                ) : null;
              }}
            />
            {SERIES.map(({ key, colour, dash }) => (
              <Line
                key={key}
                dataKey={key}
                stroke={colour}
                strokeWidth={1.75}
                {...(dash ? { strokeDasharray: dash } : {})}
                dot={stretches.length < 15 ? { r: 2.5, fill: colour } : false}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </div>
  );
}
