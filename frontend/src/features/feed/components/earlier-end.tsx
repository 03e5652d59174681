import { Button } from "@/components/ui/button";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type FeedFilter, isFiltered } from "../filter";
import type { useEarlierAlerts } from "../use-earlier-alerts";

export type Earlier = ReturnType<typeof useEarlierAlerts>;

/** The end of the list: more stored alerts, that there are none, or that they could not be read. */
export function EarlierEnd({ earlier, filter }: { earlier: Earlier; filter: FeedFilter }) {
  if (!filter.kinds.includes("alert"))
    return <p className="p-3 text-xs text-muted">Nothing but alerts is kept from before; they are filtered out.</p>;
  if (earlier.isError) return <Problem problem={earlier.error} onRetry={() => void earlier.refetch()} />;
  if (earlier.isPending) return <SkeletonRows rows={4} />;
  if (earlier.hasNextPage)
    return (
      <div className="p-3 text-center">
        <Button disabled={earlier.isFetchingNextPage} onClick={() => void earlier.fetchNextPage()}>
          {earlier.isFetchingNextPage ? "Reading…" : "Older alerts"}
        </Button>
      </div>
    );
  const text = earlier.alerts.length ? "No older alerts are stored" : "No alerts from before are stored";
  return <p className="p-3 text-xs text-muted">{`${text}${isFiltered(filter) ? " that pass the filter" : ""}.`}</p>;
}
