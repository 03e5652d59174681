import { Inbox } from "lucide-react";
import { may } from "@/api/boot";
import { AlertTabs } from "@/components/alert-tabs";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { classes } from "@/lib/classes";
import type { Act } from "../acts";
import { type Filters, isNarrowed } from "../filters";
import type { Marks } from "../use-marks";
import type { Sections } from "../use-sections";
import type { Pending } from "./act-dialog";
import { AlertSection } from "./alert-section";
import { FilterBar } from "./filter-bar";
import { MarkBar } from "./mark-bar";

interface Props {
  filters: Filters;
  changeFilters: (changes: Partial<Filters>) => void;
  sections: Sections;
  marks: Marks;
  chosenId: number | null;
  ask: (pending: Pending) => void;
  carryOut: (ids: readonly number[], act: Act) => void;
  className?: string;
}

/** The list with its filters: one section for each status that the view shows. */
export function AlertList({ filters, changeFilters, sections, marks, chosenId, ask, carryOut, className }: Props) {
  const { shown, rows } = sections;
  const isRead = shown.every(({ query }) => query.isSuccess);
  return (
    <section aria-label="Alerts" className={classes("@container flex min-h-0 flex-col border-r bg-surface", className)}>
      <h1 className="sr-only">Alerts</h1>
      <div className="flex min-h-11 flex-wrap items-center gap-2 border-b px-3 py-1.5">
        <AlertTabs />
      </div>
      <FilterBar filters={filters} onChange={changeFilters} rows={rows} />
      {marks.ids.size > 0 && <MarkBar marks={marks} rows={rows} ask={ask} carryOut={carryOut} />}
      <div className="min-h-0 flex-1 overflow-auto">
        {shown.map((section) => (
          <AlertSection
            key={section.status}
            section={section}
            chosenId={chosenId}
            marks={may("alerts.handle") ? marks : null}
          />
        ))}
        {isRead && rows.length === 0 && <Nothing filters={filters} onChange={changeFilters} />}
      </div>
    </section>
  );
}

function Nothing({ filters, onChange }: { filters: Filters; onChange: (changes: Partial<Filters>) => void }) {
  if (isNarrowed(filters))
    return (
      <Empty title="No alert fits these filters">
        <Button
          className="mt-2"
          onClick={() => onChange({ severities: [], phase: "any", rule: "", symbol: "", assignee: "" })}
        >
          Take the filters away
        </Button>
      </Empty>
    );
  return (
    <Empty title={filters.view === "todo" ? "Nothing waits for anybody" : "No alert is here"} icon={Inbox}>
      An alert opens when a score stays above a threshold, or a rule or the feed asks for attention.
    </Empty>
  );
}
