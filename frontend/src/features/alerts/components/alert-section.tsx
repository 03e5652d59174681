import { Button } from "@/components/ui/button";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { Marks } from "../use-marks";
import type { ShownSection } from "../use-sections";
import { STATUS_WORDS } from "../wording";
import { AlertItem } from "./alert-item";

interface Props {
  section: ShownSection;
  chosenId: number | null;
  /** Null for who may not take care of alerts. */
  marks: Marks | null;
}

/** The alerts of one status, newest first, with older ones behind a button. */
export function AlertSection({ section: { status, rows, query }, chosenId, marks }: Props) {
  const { isPending, isError, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, data } = query;
  if (isPending) return <SkeletonRows rows={4} />;
  if (isError && !data) return <Problem problem={error} onRetry={() => void refetch()} />;
  if (rows.length === 0) return null;
  const name = `${STATUS_WORDS[status]} · ${rows.length}${hasNextPage ? "+" : ""}`;
  return (
    <section aria-label={name}>
      <h2 className="sticky top-0 z-10 border-b bg-raised px-3 py-1 text-[11px] font-semibold text-muted">{name}</h2>
      {isError && <Problem problem={error} onRetry={() => void refetch()} />}
      <ul>
        {rows.map((row) => (
          <AlertItem key={row.id} row={row} isChosen={row.id === chosenId} marks={marks} />
        ))}
      </ul>
      {hasNextPage && (
        <div className="border-b p-2 text-center">
          <Button size="small" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? "Reading older alerts" : "Older alerts"}
          </Button>
        </div>
      )}
    </section>
  );
}
