import { Check, CheckCheck, Clock, RotateCcw, UserRoundPlus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { type Act, allowed } from "../acts";
import type { AlertRow } from "../alert-types";
import type { Pending } from "./act-dialog";

interface Props {
  alert: AlertRow;
  ask: (pending: Pending) => void;
  carryOut: (ids: readonly number[], act: Act) => void;
}

/** What can be done to this alert as it stands, each with its key. */
export function ActBar({ alert, ask, carryOut }: Props) {
  const can = allowed(alert);
  const ids = [alert.id];
  return (
    <div role="toolbar" aria-label="Take care of it" className="flex flex-wrap items-center gap-2">
      {can.has("acknowledge") && (
        <Button look="main" onClick={() => carryOut(ids, { verb: "acknowledge" })}>
          <Check aria-hidden="true" /> Acknowledge <Key name="a" />
        </Button>
      )}
      {can.has("resolve") && (
        <Button look={can.has("acknowledge") ? "outline" : "main"} onClick={() => ask({ verb: "resolve", ids })}>
          <CheckCheck aria-hidden="true" /> Resolve <Key name="r" />
        </Button>
      )}
      {can.has("reopen") && (
        <Button onClick={() => carryOut(ids, { verb: "reopen" })}>
          <RotateCcw aria-hidden="true" /> Open again <Key name="o" />
        </Button>
      )}
      {can.has("assign") && (
        <Button onClick={() => ask({ verb: "assign", ids })}>
          <UserRoundPlus aria-hidden="true" /> Assign <Key name="i" />
        </Button>
      )}
      {can.has("snooze") && (
        <Button onClick={() => ask({ verb: "snooze", ids })}>
          <Clock aria-hidden="true" /> Snooze <Key name="s" />
        </Button>
      )}
      {can.has("unsnooze") && (
        <Button onClick={() => carryOut(ids, { verb: "unsnooze" })}>
          End the snooze <Key name="u" />
        </Button>
      )}
    </div>
  );
}

function Key({ name }: { name: string }) {
  return (
    <span aria-hidden="true" className="max-lg:hidden">
      <Kbd keys={name} />
    </span>
  );
}
