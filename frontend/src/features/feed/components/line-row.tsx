import { memo } from "react";
import { AlertLink } from "@/components/alert-link";
import { SymbolLink } from "@/components/symbol-link";
import { SeverityMark } from "@/components/ui/severity-mark";
import { istClock, istDay, istMoment, UNKNOWN } from "@/lib/format";
import { useServerClock } from "@/stream/stream";
import type { Line } from "../lines";
import { KIND_WORDS } from "./feed-filters";

const CELL = "h-(--row) border-b px-(--cell-x) whitespace-nowrap";

export const LineRow = memo(function LineRow({ line, place }: { line: Line; place: number }) {
  return (
    <tr aria-rowindex={place + 2} className="hover:bg-raised">
      <td className={CELL}>
        <Moment atMs={line.atMs} />
      </td>
      <td className={CELL}>
        {line.severity ? <SeverityMark severity={line.severity} /> : <span className="text-muted">{UNKNOWN}</span>}
      </td>
      <td className={CELL}>
        {line.symbol ? <SymbolLink symbol={line.symbol} /> : <span className="text-muted">Platform</span>}
      </td>
      <td className={`${CELL} text-muted max-md:hidden`}>{KIND_WORDS[line.kind]}</td>
      <td className={`${CELL} w-full max-w-0 truncate`} title={line.note ? `${line.text}. ${line.note}` : line.text}>
        {line.alertId === null ? (
          line.text
        ) : (
          <AlertLink id={line.alertId} className="hover:underline">
            {line.text}
          </AlertLink>
        )}
        {line.note && <span className="ml-2 text-xs text-muted">{line.note}</span>}
      </td>
    </tr>
  );
});

/** The clock of today; the day too where it was another one. */
function Moment({ atMs }: { atMs: number }) {
  const isToday = istDay(useServerClock()) === istDay(atMs);
  return (
    <time dateTime={new Date(atMs).toISOString()} title={istMoment(atMs)}>
      {isToday ? istClock(atMs) : `${istDay(atMs).replace(/ \d{4}$/, "")} ${istClock(atMs)}`}
    </time>
  );
}
