import { BellOff } from "lucide-react";
import type { ReactNode } from "react";
import { AlertLink } from "@/components/alert-link";
import { istMoment } from "@/lib/format";
import type { AlertRow } from "../alert-types";

/** Why nobody is told of this alert, where that is so. */
export function Withheld({ alert }: { alert: AlertRow }) {
  const { snoozed_until: until, silenced_by: silence, inhibited_by: index } = alert;
  return (
    <>
      {silence && (
        <Note>
          Silenced by {silence.author} until {istMoment(Date.parse(silence.ends_at))}: {silence.reason}
        </Note>
      )}
      {index && (
        <Note>
          The market moves as a whole: the index’s{" "}
          <AlertLink id={index} className="text-accent hover:underline">
            alert {index}
          </AlertLink>{" "}
          speaks for this one.
        </Note>
      )}
      {until && <Note>Snoozed until {istMoment(Date.parse(until))}, or until the severity rises.</Note>}
    </>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-md border bg-raised px-3 py-2">
      <BellOff className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}
