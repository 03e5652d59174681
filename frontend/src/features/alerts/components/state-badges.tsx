import { BellOff, Clock } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { SEVERITY_TEXT } from "@/components/ui/severity-mark";
import { classes } from "@/lib/classes";
import { words } from "@/lib/words";
import type { AlertRow } from "../alert-types";

/** What stands of an alert beside its severity: the machine's half, and what holds its notifications back. */
export function StateBadges({ row, className }: { row: AlertRow; className?: string }) {
  return (
    <span className={classes("flex flex-wrap justify-end gap-1", className)}>
      {row.peak_severity !== row.severity && (
        <Badge className={SEVERITY_TEXT[row.peak_severity]}>peak {row.peak_severity}</Badge>
      )}
      {row.snoozed_until && (
        <Badge className="text-muted">
          <Clock className="size-3" aria-hidden="true" /> Snoozed
        </Badge>
      )}
      {(row.silenced_by || row.inhibited_by) && (
        <Badge className="text-muted">
          <BellOff className="size-3" aria-hidden="true" /> {row.silenced_by ? "Silenced" : "Inhibited"}
        </Badge>
      )}
      <Badge className={row.phase === "firing" ? "text-high" : "text-muted"}>{words(row.phase)}</Badge>
    </span>
  );
}
