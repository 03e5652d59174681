import { Bell } from "lucide-react";
import { AlertLink } from "@/components/alert-link";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import { SeverityMark } from "@/components/ui/severity-mark";
import { istMinute } from "@/lib/format";
import { words } from "@/lib/words";
import type { AlertMessage } from "@/stream/messages";
import { useOpenEpisodes } from "@/stream/stream";

const MOST = 8;

/** The alerts that fire and that nobody has taken care of yet. */
export function AlertBell() {
  const episodes = useOpenEpisodes();
  const waiting = [...episodes.values()].filter((alert) => alert.status === "open").sort((a, b) => b.id - a.id);
  const label = `Alerts: ${waiting.length} open`;
  const trigger = (
    <Button look="quiet" className="relative px-2" aria-label={label}>
      <Bell aria-hidden="true" />
      {waiting.length > 0 && (
        <b className="min-w-4.5 rounded-full bg-high px-1 text-center text-[11px] leading-4.5 text-page">
          {waiting.length}
        </b>
      )}
    </Button>
  );
  return (
    <Popover trigger={trigger} label="Open alerts">
      <p className="font-semibold">{waiting.length ? "Open alerts" : "No open alerts"}</p>
      <ul className="mt-2 grid max-h-96 gap-1 overflow-auto">
        {waiting.slice(0, MOST).map((alert) => (
          <Line key={alert.id} alert={alert} />
        ))}
      </ul>
      <a href="/alerts" className="mt-2 inline-block text-accent hover:underline">
        All alerts
      </a>
    </Popover>
  );
}

function Line({ alert }: { alert: AlertMessage }) {
  return (
    <li>
      <AlertLink id={alert.id} className="flex items-center gap-2 rounded px-1 py-1 hover:bg-hover">
        <SeverityMark severity={alert.severity} isBare />
        <span className="min-w-0 flex-1 truncate">
          <b>{alert.symbol ?? "All symbols"}</b> {alert.summary || words(alert.driver)}
        </span>
        <span className="text-xs text-muted">{istMinute(Date.parse(alert.opened_at))}</span>
      </AlertLink>
    </li>
  );
}
