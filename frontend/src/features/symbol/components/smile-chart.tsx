import {
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { useFormat } from "@/lib/format";
import type { SmilePoint } from "../smile";

interface Props {
  points: readonly SmilePoint[];
  forward: number | null;
}

const TICK = { fill: "var(--muted)", fontSize: 11 };

/** Implied volatility by strike, out-of-the-money quotes only; puts and calls differ in shape as well as colour. */
export default function SmileChart({ points, forward }: Props) {
  const format = useFormat();
  const strike = (value: number) => format.number(value, 0);
  return (
    <div className="h-72 px-1 pt-2">
      <ResponsiveContainer width="100%" height="100%">
        <ScatterChart margin={{ top: 8, right: 16, bottom: 4, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--line)" />
          <XAxis
            type="number"
            dataKey="strike"
            domain={["dataMin", "dataMax"]}
            tickFormatter={strike}
            tick={TICK}
            stroke="var(--line-strong)"
          />
          <YAxis type="number" dataKey="volatility" unit=" %" width={56} tick={TICK} stroke="var(--line-strong)" />
          <Tooltip
            isAnimationActive={false}
            contentStyle={{
              background: "var(--surface)",
              border: "1px solid var(--line)",
              borderRadius: 6,
              fontSize: 12,
            }}
            formatter={(value, name) =>
              name === "strike" ? strike(Number(value)) : `${format.number(Number(value), 2)} %`
            }
          />
          {forward !== null && (
            <ReferenceLine
              x={forward}
              stroke="var(--muted)"
              strokeDasharray="4 4"
              label={{ value: "forward", fill: "var(--muted)", fontSize: 11, position: "insideTopRight" }}
            />
          )}
          <Scatter
            name="Puts"
            data={points.filter((one) => one.side === "put")}
            fill="var(--LOW)"
            shape="diamond"
            isAnimationActive={false}
          />
          <Scatter
            name="Calls"
            data={points.filter((one) => one.side === "call")}
            fill="var(--HIGH)"
            shape="circle"
            isAnimationActive={false}
          />
        </ScatterChart>
      </ResponsiveContainer>
      <p className="sr-only">Diamonds are puts, circles are calls.</p>
    </div>
  );
}
