import { istMoment } from "@/lib/format";
import { useEventLog } from "@/stream/stream";

/** Where this page's own knowledge ends: below are alerts that the store kept. */
export function BeganRow() {
  const { sinceMs, hasForgotten } = useEventLog();
  const text =
    sinceMs === null
      ? "The stream has not answered yet."
      : `${hasForgotten ? "Older events were let go" : "This page began to listen"} at ${istMoment(sinceMs)}. Alerts from before, as stored:`;
  return (
    <tr>
      <td colSpan={5} className="h-(--row) border-b bg-raised px-(--cell-x) text-xs text-muted">
        {text}
      </td>
    </tr>
  );
}
