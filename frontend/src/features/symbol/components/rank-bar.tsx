import { UNKNOWN, useFormat } from "@/lib/format";

/** Where a value stands among those before it: a dot on a line from the lowest to the highest, and the share in words. */
export function RankBar({ rank, minutes }: { rank: number | null; minutes: number }) {
  const format = useFormat();
  if (rank === null) return <span className="text-muted">{minutes ? `${UNKNOWN} only ${minutes} yet` : UNKNOWN}</span>;
  return (
    <span className="flex items-center gap-2">
      <span className="relative h-2 w-24 rounded-full bg-hover" aria-hidden="true">
        <i
          className="absolute top-1/2 size-2 -translate-1/2 rounded-full bg-accent"
          style={{ left: `${100 * rank}%` }}
        />
      </span>
      <span className="min-w-9 text-right">{format.number(100 * rank, 0)} %</span>
      <span className="text-xs text-muted">of {format.count(minutes)} lower</span>
    </span>
  );
}
