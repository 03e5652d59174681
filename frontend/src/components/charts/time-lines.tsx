import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { AXIS, GRID } from "./axis";
import { ChartTip } from "./chart-tip";
import { Legend, type Series } from "./legend";
import { timeInDay, timeLabel, timeTicks } from "./time-axis";

export interface TimePoint {
  atMs: number;
  /** By the key of a series; null where nothing is known, which breaks the line. */
  values: Readonly<Record<string, number | null>>;
}

interface Props {
  label: string;
  points: readonly TimePoint[];
  series: readonly Series[];
  fromMs: number;
  toMs: number;
  write: (value: number | null) => string;
  domain: readonly [number, number];
  marks?: readonly { value: number; label: string }[];
}

/** Lines over time against one scale; the frame around them has their table. */
export function TimeLines({ label, points, series, fromMs, toMs, write, domain, marks = [] }: Props) {
  return (
    <div role="img" aria-label={label} className="flex h-full flex-col">
      <Legend series={series} />
      <div className="min-h-0 flex-1 p-2">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 240 }}>
          <LineChart data={[...points]} margin={{ top: 8, right: 12, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid {...GRID} />
            <XAxis
              {...AXIS}
              dataKey="atMs"
              type="number"
              domain={[fromMs, toMs]}
              ticks={timeTicks(fromMs, toMs)}
              tickFormatter={timeLabel}
            />
            <YAxis {...AXIS} width={46} domain={[...domain]} tickFormatter={(value: number) => write(value)} />
            {marks.map((mark) => (
              <ReferenceLine
                key={mark.label}
                y={mark.value}
                stroke="var(--line-strong)"
                strokeDasharray="2 4"
                label={{ value: mark.label, position: "insideTopRight", fontSize: 10, fill: "var(--muted)" }}
              />
            ))}
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: "var(--line-strong)" }}
              content={({ active, payload }) => {
                const point = payload?.[0]?.payload as TimePoint | undefined;
                return active && point ? (
                  <ChartTip
                    title={`${timeInDay(point.atMs)} IST`}
                    lines={series.map((one) => ({ ...one, value: write(point.values[one.key] ?? null) }))}
                  />
                ) : null;
              }}
            />
            {series.map(({ key, colour, dash }) => (
              <Line
                key={key}
                dataKey={(point: TimePoint) => point.values[key] ?? null}
                name={key}
                stroke={colour}
                strokeWidth={1.75}
                {...(dash ? { strokeDasharray: dash } : {})}
                dot={(drawn: Drawn) => lonelyDot(drawn, points, key, colour)}
                activeDot={{ r: 3 }}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </div>
  );
}

interface Drawn {
  key?: React.Key | null | undefined;
  cx?: number | undefined;
  cy?: number | undefined;
  index?: number | undefined;
}

// A line through one point is nothing: a point without neighbours is drawn as a dot.
function lonelyDot({ cx, cy, index = 0 }: Drawn, points: readonly TimePoint[], key: string, colour: string) {
  const known = (place: number) => (points[place]?.values[key] ?? null) !== null;
  const isLonely = known(index) && !known(index - 1) && !known(index + 1);
  return <circle key={index} cx={cx} cy={cy} r={isLonely ? 2.5 : 0} fill={colour} />;
}
