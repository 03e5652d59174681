import { Scale } from "lucide-react";
import { ChartFrame } from "@/components/charts/chart-frame";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { istClock, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import { useRecord } from "@/stream/stream";
import { useReasons } from "../api/use-reasons";
import { addsUp, type Waterfall, waterfallOf } from "../waterfall";
import { WaterfallBars } from "./waterfall-bars";

/** What the score is made of: its normal and the points of each family, which add up to it. */
export function ReasonsChart({ symbol }: { symbol: string }) {
  const reasons = useReasons(symbol);
  const record = useRecord(symbol);
  const format = useFormat();
  const detail = reasons.data;
  const waterfall = detail?.decomposition ? waterfallOf(detail.decomposition) : null;
  const table = () => ({ headings: ["Family", "Points"], rows: waterfall ? rowsOf(waterfall, format) : [] });
  const note = detail && `at ${istClock(Date.parse(detail.timestamp))} IST`;
  return (
    <ChartFrame title="What the score is made of" note={note} table={table}>
      {reasons.isError && <Problem problem={reasons.error} onRetry={() => void reasons.refetch()} />}
      {!record && !reasons.isError && <Empty title="No record is heard yet" icon={Scale} />}
      {record && reasons.isPending && <SkeletonRows rows={8} />}
      {detail && !waterfall && (
        <Empty title="Not kept" icon={Scale}>
          Why a score says so was not stored with records of that time.
        </Empty>
      )}
      {detail && waterfall && (
        <>
          <WaterfallBars waterfall={waterfall} severity={detail.severity} />
          <Sum waterfall={waterfall} score={detail.risk_score} id={detail.id} />
        </>
      )}
    </ChartFrame>
  );
}

function rowsOf({ base, steps, sum }: Waterfall, format: ReturnType<typeof useFormat>): string[][] {
  return [
    ["In normal conditions", format.score(base)],
    ...steps.map(({ name, points }) => [words(name), format.signed(points, 3)]),
    ["Sum: the score", format.score(sum)],
  ];
}

function Sum({ waterfall, score, id }: { waterfall: Waterfall; score: number; id: number | null }) {
  const format = useFormat();
  const sum = format.number(waterfall.sum, 6);
  const text = addsUp(waterfall, score)
    ? `Base and points add up to ${sum}, the score of record ${id}.`
    : `Base and points add up to ${sum}, but the score of record ${id} is ${format.number(score, 6)}.`;
  return <p className="px-3 pb-3 text-xs text-muted">{text}</p>;
}
