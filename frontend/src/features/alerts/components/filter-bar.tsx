import { boot, may } from "@/api/boot";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { words } from "@/lib/words";
import type { AlertRow } from "../alert-types";
import { type Filters, PHASES, VIEWS, type View } from "../filters";
import { useAssignees } from "../queries";
import { BUILT_IN_RULES, ruleName } from "../wording";
import { SeverityFilter } from "./severity-filter";
import { SymbolFilter } from "./symbol-filter";

const VIEW_LABELS: Record<View, string> = {
  todo: "To do",
  open: "Open",
  acknowledged: "Acknowledged",
  resolved: "Resolved",
  all: "All",
};
const ANY = "any";

interface Props {
  filters: Filters;
  onChange: (changes: Partial<Filters>) => void;
  /** What is shown now: rules and people that only old alerts know are offered too. */
  rows: readonly AlertRow[];
}

export function FilterBar({ filters, onChange, rows }: Props) {
  const { data: colleagues = [] } = useAssignees(may("alerts.handle"));
  const { username } = boot().user;
  const rules = union(
    BUILT_IN_RULES,
    rows.map((row) => row.rule),
    filters.rule,
  );
  const people = union(
    colleagues,
    rows.map((row) => row.assignee),
    filters.assignee,
  );
  return (
    <search className="flex flex-wrap items-center gap-2 border-b px-3 py-2">
      <div className="max-w-full overflow-x-auto">
        <Segmented
          label="Status"
          value={filters.view}
          choices={VIEWS.map((value) => ({ value, label: VIEW_LABELS[value] }))}
          onChange={(view) => onChange({ view })}
        />
      </div>
      <div className="max-w-full overflow-x-auto">
        <SeverityFilter value={filters.severities} onChange={(severities) => onChange({ severities })} />
      </div>
      <Select
        label="Phase"
        value={filters.phase}
        choices={PHASES.map((value) => ({ value, label: value === ANY ? "Any phase" : words(value) }))}
        onChange={(phase) => onChange({ phase })}
      />
      <Select
        label="Rule"
        value={filters.rule || ANY}
        choices={[{ value: ANY, label: "Any rule" }, ...rules.map((value) => ({ value, label: ruleName(value) }))]}
        onChange={(rule) => onChange({ rule: rule === ANY ? "" : rule })}
      />
      <SymbolFilter key={filters.symbol} value={filters.symbol} onChange={(symbol) => onChange({ symbol })} />
      <Select
        label="Assignee"
        value={filters.assignee || ANY}
        choices={[
          { value: ANY, label: "Anybody’s" },
          ...people.map((value) => ({ value, label: value === username ? `${value} (you)` : value })),
        ]}
        onChange={(assignee) => onChange({ assignee: assignee === ANY ? "" : assignee })}
      />
    </search>
  );
}

function union(first: readonly string[], more: readonly string[], chosen: string): string[] {
  return [...new Set([...first, ...more, chosen])].filter((one) => one !== "");
}
