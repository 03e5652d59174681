import { istMoment, useFormat } from "@/lib/format";
import { useEventLog } from "@/stream/stream";

/** From when on the list is complete; before that nothing is claimed. */
export function FeedNote({ seen }: { seen: number }) {
  const { sinceMs, hasForgotten } = useEventLog();
  const format = useFormat();
  if (sinceMs === null) return "Waiting for the stream";
  const since = istMoment(sinceMs);
  if (hasForgotten) return `The newest ${format.count(seen)} events, since ${since}; older ones were let go`;
  return `${format.count(seen)} seen since ${since}`;
}
