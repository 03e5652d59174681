import { useCallback, useRef, useState } from "react";
import { Toaster, toast } from "sonner";
import { AlertLink } from "@/components/alert-link";
import { SeverityMark } from "@/components/ui/severity-mark";
import { useSettings } from "@/lib/settings";
import { words } from "@/lib/words";
import type { AlertMessage } from "@/stream/messages";
import { useAlertMessages } from "@/stream/stream";

const ANNOUNCE_MS = 5000;
const NEW = new Set(["opened", "rose"]);

/** A toast for each alert that becomes HIGH or CRITICAL, and a word for screen readers every five seconds at most. */
export function AlertToasts() {
  const { theme } = useSettings();
  const [said, setSaid] = useState("");
  const saidAt = useRef(0);
  const hear = useCallback((alert: AlertMessage) => {
    if (!isAlarm(alert)) return;
    toast.custom(() => <AlertToast alert={alert} />, { id: `alert-${alert.id}`, duration: 10_000 });
    if (Date.now() - saidAt.current < ANNOUNCE_MS) return;
    saidAt.current = Date.now();
    setSaid(sentence(alert));
  }, []);
  useAlertMessages(hear);
  return (
    <>
      <Toaster theme={theme} position="bottom-right" visibleToasts={4} containerAriaLabel="Messages" />
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </>
  );
}

export function isAlarm(alert: AlertMessage): boolean {
  return NEW.has(alert.event) && (alert.severity === "HIGH" || alert.severity === "CRITICAL");
}

function sentence(alert: AlertMessage): string {
  return `${alert.symbol ?? "The platform"}: ${alert.severity}. ${alert.summary || `Driven by ${words(alert.driver).toLowerCase()}.`}`;
}

function AlertToast({ alert }: { alert: AlertMessage }) {
  return (
    <AlertLink
      id={alert.id}
      className="flex w-88 items-center gap-3 rounded-lg border bg-surface px-3 py-2.5 text-text shadow-float"
    >
      <SeverityMark severity={alert.severity} />
      <span className="min-w-0 flex-1 truncate">
        <b>{alert.symbol ?? "The platform"}</b> {alert.summary || words(alert.driver)}
      </span>
    </AlertLink>
  );
}
