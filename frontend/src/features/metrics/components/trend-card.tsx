import { ChartFrame } from "@/components/charts/chart-frame";
import type { Series } from "@/components/charts/legend";
import { timeInDay } from "@/components/charts/time-axis";
import { TimeLines } from "@/components/charts/time-lines";
import { useFormat } from "@/lib/format";
import { useConfig } from "@/stream/stream";
import { type Bucket, type Extent, useSymbolScores } from "../api/metrics";
import { everyBucket, pointsOf } from "../buckets";
import { SymbolPicker } from "./symbol-picker";

const COLOURS = ["var(--simulated)", "var(--replay)", "var(--live)", "var(--LOW)"] as const;
/** So many lines can still be told apart. */
export const MOST_SYMBOLS = COLOURS.length;
const LEVELS = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;

interface Props {
  buckets: readonly Bucket[];
  extent: Extent;
  symbols: readonly string[];
  onSymbols: (symbols: string[]) => void;
}

/** The score over time: of all symbols in the middle and at the top, and of those that were chosen. */
export function TrendCard({ buckets, extent, symbols, onSymbols }: Props) {
  const format = useFormat();
  const { thresholds } = useConfig();
  const asked = useSymbolScores(symbols, extent);
  const [fromMs, toMs] = [Date.parse(extent.from), Date.parse(extent.to)];
  const overall = pointsOf(everyBucket(buckets, fromMs, toMs, extent.bucket), {
    mean: (bucket) => bucket.mean,
    max: (bucket) => bucket.max,
  });
  const chosen = asked.map(({ data }) =>
    everyBucket(data?.bars ?? [], fromMs, toMs, extent.bucket).map(({ bucket }) => bucket?.score ?? null),
  );
  const points = overall.map(({ atMs, values }, place) => {
    const scores = symbols.map((symbol, number) => [`symbol ${symbol}`, chosen[number]?.[place] ?? null]);
    return { atMs, values: { ...values, ...Object.fromEntries(scores) } };
  });
  const series: Series[] = [
    { key: "mean", label: "Mean of all symbols", colour: "var(--accent)" },
    { key: "max", label: "Highest of all", colour: "var(--muted)", dash: "5 3" },
    ...symbols.map((symbol, number) => ({
      key: `symbol ${symbol}`,
      label: symbol,
      colour: COLOURS[number] ?? "var(--text)",
    })),
  ];
  const failed = symbols.filter((_, number) => asked[number]?.isError);
  return (
    <ChartFrame
      title="Score"
      note={failed.length ? `Not read: ${failed.join(", ")}` : undefined}
      tools={<SymbolPicker chosen={symbols} most={MOST_SYMBOLS} onChange={onSymbols} />}
      table={() => ({
        headings: ["Bucket (IST)", ...series.map(({ label }) => label)],
        rows: points.map(({ atMs, values }) => [
          timeInDay(atMs),
          ...series.map(({ key }) => format.score((values as Record<string, number | null>)[key])),
        ]),
      })}
    >
      <div className="h-72">
        <TimeLines
          label="Scores over time; the table has the numbers"
          points={points}
          series={series}
          fromMs={fromMs}
          toMs={toMs}
          domain={[0, 1]}
          write={(value) => format.number(value, 2)}
          marks={LEVELS.map((label, level) => ({ value: thresholds[level] ?? 0, label }))}
        />
      </div>
    </ChartFrame>
  );
}
