import {
  CartesianGrid,
  ErrorBar,
  LabelList,
  ReferenceLine,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { AXIS, GRID } from "@/components/charts/axis";
import { ChartFrame } from "@/components/charts/chart-frame";
import { ChartTip } from "@/components/charts/chart-tip";
import { UNKNOWN, useFormat } from "@/lib/format";
import type { Quality } from "../api/quality";
import { type ReliabilityPoint, reliabilityPoints } from "../reliability";

const UNIT = { type: "number", domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] } as const;

/** Forecast against what happened: on the diagonal, ten scores of .8 mean eight moves. */
export function ReliabilityCard({ bins }: { bins: Quality["bins"] }) {
  const format = useFormat();
  const points = reliabilityPoints(bins);
  const off = bins.filter((bin) => bin.excludes_diagonal).length;
  return (
    <ChartFrame
      title="Reliability"
      note={
        off ? `${off} bins leave the diagonal out of their interval` : "No bin leaves the diagonal out of its interval"
      }
      table={() => ({
        headings: ["Scores", "Windows", "Forecast", "Observed", "Band (Wilson, 95 %)", "Leaves the diagonal out"],
        rows: bins.map((bin) => [
          `${format.number(bin.low, 1)} to ${format.number(bin.high, 1)}`,
          format.count(bin.cases),
          format.score(bin.forecast),
          format.score(bin.observed),
          bin.interval ? `${format.score(bin.interval.low)} to ${format.score(bin.interval.high)}` : UNKNOWN,
          bin.excludes_diagonal === null ? "Too few to say" : bin.excludes_diagonal ? "Yes" : "No",
        ]),
      })}
    >
      <div role="img" aria-label="Reliability diagram; the table has the numbers" className="h-80 p-2">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height: 300 }}>
          <ScatterChart margin={{ top: 16, right: 28, bottom: 18, left: 4 }} accessibilityLayer={false}>
            <CartesianGrid {...GRID} vertical />
            <XAxis
              {...AXIS}
              {...UNIT}
              ticks={[...UNIT.ticks]}
              domain={[0, 1]}
              dataKey="forecast"
              label={{ value: "Forecast", position: "insideBottom", offset: -12, fontSize: 11, fill: "var(--muted)" }}
            />
            <YAxis
              {...AXIS}
              {...UNIT}
              ticks={[...UNIT.ticks]}
              domain={[0, 1]}
              dataKey="observed"
              width={52}
              label={{
                value: "Observed",
                angle: -90,
                position: "insideLeft",
                offset: 12,
                fontSize: 11,
                fill: "var(--muted)",
              }}
            />
            <ReferenceLine
              segment={[
                { x: 0, y: 0 },
                { x: 1, y: 1 },
              ]}
              stroke="var(--muted)"
              strokeDasharray="4 4"
            />
            <Tooltip
              isAnimationActive={false}
              content={({ active, payload }) => {
                const point = payload?.[0]?.payload as ReliabilityPoint | undefined;
                return active && point ? (
                  <ChartTip
                    title={`${format.count(point.cases)} windows`}
                    lines={[
                      { label: "Forecast", value: format.score(point.forecast) },
                      { label: "Observed", value: format.score(point.observed) },
                      { label: "Band", value: `${format.score(point.low)} to ${format.score(point.high)}` },
                    ]}
                  />
                ) : null;
              }}
            />
            <Scatter data={points} fill="var(--accent)" isAnimationActive={false}>
              <ErrorBar dataKey="error" direction="y" width={5} stroke="var(--accent)" isAnimationActive={false} />
              <LabelList
                dataKey="cases"
                position="right"
                offset={8}
                fill="var(--muted)"
                fontSize={10}
                formatter={(cases) => `n ${format.count(Number(cases))}`}
              />
            </Scatter>
          </ScatterChart>
        </ResponsiveContainer>
      </div>
    </ChartFrame>
  );
}
