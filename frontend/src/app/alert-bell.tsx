import { Bell } from "lucide-react";
import { useState } from "react";
import { may } from "@/api/boot";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import { Tabs } from "@/components/ui/tabs";
import { useOpenEpisodes } from "@/stream/stream";
import { AlertsGoingOn } from "./alerts-going-on";
import { Inbox } from "./inbox";
import { useNotices, useNoticesFollowAlerts } from "./use-inbox";

/** What this person was told of, and the alerts that go on. Who only looks is told of nothing and has the second alone. */
export function AlertBell() {
  const hasInbox = may("alerts.handle");
  const { data } = useNotices("unread", hasInbox);
  useNoticesFollowAlerts();
  const alerts = [...useOpenEpisodes().values()].filter(({ status }) => status === "open").sort((a, b) => b.id - a.id);
  const count = hasInbox ? (data?.results.length ?? 0) : alerts.length;
  const shown = `${count}${hasInbox && data?.next ? "+" : ""}`;
  const label = hasInbox ? `Notifications: ${shown} unread` : `Alerts: ${shown} open`;
  const trigger = (
    <Button look="quiet" className="relative px-2" aria-label={label}>
      <Bell aria-hidden="true" />
      {count > 0 && (
        <b className="min-w-4.5 rounded-full bg-high px-1 text-center text-[11px] leading-4.5 text-page">{shown}</b>
      )}
    </Button>
  );
  const goingOn = <AlertsGoingOn alerts={alerts} />;
  return (
    <Popover trigger={trigger} label={hasInbox ? "Notifications" : "Open alerts"} className="w-96 max-w-[94vw] p-0">
      {hasInbox ? <Both goingOn={goingOn} open={alerts.length} /> : goingOn}
    </Popover>
  );
}

function Both({ goingOn, open }: { goingOn: React.ReactNode; open: number }) {
  const [tab, setTab] = useState("inbox");
  const tabs = [
    { value: "inbox", label: "Notifications", content: <Inbox /> },
    { value: "open", label: `Open alerts (${open})`, content: goingOn },
  ];
  return <Tabs label="Notifications and alerts" tabs={tabs} value={tab} onChange={setTab} />;
}
