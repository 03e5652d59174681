import { Link } from "react-router";
import { AlertLink } from "@/components/alert-link";
import { Empty } from "@/components/ui/empty";
import { PopoverClose } from "@/components/ui/popover";
import { SeverityMark } from "@/components/ui/severity-mark";
import { istMinute } from "@/lib/format";
import { useHasScreen } from "@/lib/screen";
import { words } from "@/lib/words";
import type { AlertMessage } from "@/stream/messages";

const MOST = 8;

/** The alerts that go on and that nobody has taken care of yet, newest first. */
export function AlertsGoingOn({ alerts }: { alerts: readonly AlertMessage[] }) {
  const hasScreen = useHasScreen("alerts");
  const all = "inline-block px-3 pb-3 text-accent hover:underline";
  return (
    <section aria-label="Open alerts">
      {alerts.length === 0 && <Empty title="No open alert goes on" />}
      <ul className="grid gap-1 p-2">
        {alerts.slice(0, MOST).map((alert) => (
          <Line key={alert.id} alert={alert} />
        ))}
      </ul>
      {hasScreen ? (
        <PopoverClose>
          <Link to="/alerts" className={all}>
            All alerts
          </Link>
        </PopoverClose>
      ) : (
        <a href="/alerts" className={all}>
          All alerts
        </a>
      )}
    </section>
  );
}

function Line({ alert }: { alert: AlertMessage }) {
  return (
    <li>
      <PopoverClose>
        <AlertLink id={alert.id} className="flex items-center gap-2 rounded px-1 py-1 hover:bg-hover">
          <SeverityMark severity={alert.severity} isBare />
          <span className="min-w-0 flex-1 truncate">
            <b>{alert.symbol ?? "Platform"}</b> {alert.summary || words(alert.driver)}
          </span>
          <span className="text-xs text-muted">{istMinute(Date.parse(alert.opened_at))}</span>
        </AlertLink>
      </PopoverClose>
    </li>
  );
}
