import { Button } from "@/components/ui/button";
import { type Act, allowed, type Verb } from "../acts";
import type { AlertRow } from "../alert-types";
import type { Marks } from "../use-marks";
import type { Pending } from "./act-dialog";

interface Props {
  marks: Marks;
  rows: readonly AlertRow[];
  ask: (pending: Pending) => void;
  carryOut: (ids: readonly number[], act: Act) => void;
}

/** What can be done to all marked alerts at once. */
export function MarkBar({ marks, rows, ask, carryOut }: Props) {
  const fitting = (verb: Verb) =>
    rows.filter((row) => marks.ids.has(row.id) && allowed(row).has(verb)).map((row) => row.id);
  const open = fitting("acknowledge");
  const unresolved = fitting("resolve");
  return (
    <div
      role="toolbar"
      aria-label="Marked alerts"
      className="flex flex-wrap items-center gap-2 border-b bg-accent-soft px-3 py-1.5"
    >
      <span className="font-medium">{marks.ids.size} marked</span>
      <Button size="small" disabled={!open.length} onClick={() => carryOut(open, { verb: "acknowledge" })}>
        Acknowledge {open.length}
      </Button>
      <Button size="small" disabled={!unresolved.length} onClick={() => ask({ verb: "resolve", ids: unresolved })}>
        Resolve {unresolved.length}
      </Button>
      <Button size="small" disabled={!unresolved.length} onClick={() => ask({ verb: "assign", ids: unresolved })}>
        Assign {unresolved.length}
      </Button>
      <Button size="small" look="quiet" className="ml-auto" onClick={marks.clear}>
        Unmark
      </Button>
    </div>
  );
}
