import { BellOff } from "lucide-react";
import { AlertLink } from "@/components/alert-link";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { SeverityMark } from "@/components/ui/severity-mark";
import { SkeletonRows } from "@/components/ui/skeleton";
import { istMinute, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { AlertMessage } from "@/stream/messages";
import { useFeed, useOpenEpisodes } from "@/stream/stream";

/** Alerts whose episode goes on, newest first, as they come. */
export function AlertRail() {
  const alerts = [...useOpenEpisodes().values()].sort((a, b) => Date.parse(b.opened_at) - Date.parse(a.opened_at));
  const isRead = useFeed().alertReads > 0;
  return (
    <Card aria-label="Alerts" className="flex min-h-0 flex-col">
      <CardHeader title="Alerts" note={isRead ? `${alerts.length} going on` : undefined} />
      {!isRead && <SkeletonRows rows={3} />}
      {isRead && alerts.length === 0 && (
        <Empty title="No alert is going on" icon={BellOff}>
          An alert opens when a score stays above a threshold, or a feed falls silent.
        </Empty>
      )}
      <ul className="min-h-0 flex-1 divide-y overflow-auto">
        {alerts.map((alert) => (
          <Item key={alert.id} alert={alert} />
        ))}
      </ul>
    </Card>
  );
}

function Item({ alert }: { alert: AlertMessage }) {
  const format = useFormat();
  return (
    <li>
      <AlertLink id={alert.id} className="block px-3 py-2 hover:bg-hover">
        <span className="flex items-center gap-2">
          <SeverityMark severity={alert.severity} />
          <b className="truncate">{alert.symbol ?? "Platform"}</b>
          <span className="ml-auto text-xs whitespace-nowrap text-muted">{istMinute(Date.parse(alert.opened_at))}</span>
        </span>
        <span className="mt-0.5 flex items-center gap-2 text-xs text-muted">
          <span className="truncate">
            {alert.summary ||
              [words(alert.driver), `peak ${format.score(alert.peak_score)}`].filter(Boolean).join(", ")}
          </span>
          <span className="ml-auto flex gap-1">
            {alert.phase === "recovering" && <Badge>Recovering</Badge>}
            {alert.status !== "open" && <Badge>{words(alert.status)}</Badge>}
          </span>
        </span>
      </AlertLink>
    </li>
  );
}
