import { useMemo } from "react";
import { ChartFrame } from "@/components/charts/chart-frame";
import { SEVERITY_TEXT, SeverityMark } from "@/components/ui/severity-mark";
import { Skeleton } from "@/components/ui/skeleton";
import { classes } from "@/lib/classes";
import { useFormat } from "@/lib/format";
import { useClock } from "@/stream/clock";
import { useFreshness, useRecord, useStream } from "@/stream/stream";
import { type Tile, treemap } from "../treemap-layout";

const WIDTH = 4;
const HEIGHT = 3;

/** A tile per symbol: its area is the score, its colour the severity. Laid out anew once a second. */
export function ScoreTreemap() {
  const stream = useStream();
  const format = useFormat();
  const nowMs = useClock();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock is the rhythm of the layout
  const tiles = useMemo(() => {
    const values = [...stream.shown.records.values()].map(({ symbol, risk_score }) => ({
      key: symbol,
      value: risk_score,
    }));
    return treemap(values, WIDTH, HEIGHT);
  }, [stream, nowMs]);
  const table = () => ({
    headings: ["Symbol", "Score"],
    rows: tiles.map(({ key }) => [key, format.score(stream.shown.records.get(key)?.risk_score)]),
  });
  return (
    <ChartFrame title="Scores" note="area: score" table={table}>
      {tiles.length === 0 && <Skeleton className="m-2 h-48" />}
      <ul className="relative h-full min-h-48 overflow-hidden">
        {tiles.map((tile) => (
          <ScoreTile key={tile.key} tile={tile} />
        ))}
      </ul>
    </ChartFrame>
  );
}

function ScoreTile({ tile }: { tile: Tile }) {
  const record = useRecord(tile.key);
  const freshness = useFreshness(record);
  const format = useFormat();
  if (!record) return null;
  const place = { left: `${tile.left}%`, top: `${tile.top}%`, width: `${tile.width}%`, height: `${tile.height}%` };
  return (
    <li
      className="absolute p-px"
      style={place}
      title={`${record.symbol}: ${format.score(record.risk_score)}, ${record.severity}`}
    >
      <div
        className={classes(
          "@container relative h-full overflow-hidden rounded-sm p-1 leading-tight",
          SEVERITY_TEXT[record.severity],
          freshness?.isStale && "is-stale",
        )}
      >
        <span className="absolute inset-0 bg-current opacity-18" aria-hidden="true" />
        <span className="relative block truncate text-[11px] font-semibold text-text">{record.symbol}</span>
        <span className="relative flex items-center gap-1 text-[11px]">
          <SeverityMark severity={record.severity} isBare />
          <span className="@max-[3.4rem]:hidden">{format.score(record.risk_score)}</span>
        </span>
      </div>
    </li>
  );
}
