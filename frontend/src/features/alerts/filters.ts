import type { AlertRow, AlertSeverity, Status } from "./alert-types";

export const VIEWS = ["todo", "open", "acknowledged", "resolved", "all"] as const;
export type View = (typeof VIEWS)[number];
export const ALERT_SEVERITIES: readonly AlertSeverity[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];
export const PHASES = ["any", "firing", "recovering", "ended"] as const;
export type PhaseChoice = (typeof PHASES)[number];

/** What the list shows; empty strings and lists leave their part open. */
export interface Filters {
  view: View;
  severities: readonly AlertSeverity[];
  phase: PhaseChoice;
  rule: string;
  symbol: string;
  assignee: string;
}

/** The statuses of a view, in the order of their sections: open first. */
export const STATUSES: Record<View, readonly Status[]> = {
  todo: ["open", "acknowledged"],
  open: ["open"],
  acknowledged: ["acknowledged"],
  resolved: ["resolved"],
  all: ["open", "acknowledged", "resolved"],
};

/** Read the filters of an address; what it says wrongly counts as not said. */
export function readFilters(params: URLSearchParams): Filters {
  const named = (params.get("severity") ?? "").split(",");
  return {
    view: VIEWS.find((view) => view === params.get("status")) ?? "todo",
    severities: ALERT_SEVERITIES.filter((severity) => named.includes(severity)),
    phase: PHASES.find((phase) => phase === params.get("phase")) ?? "any",
    rule: params.get("rule") ?? "",
    symbol: params.get("symbol") ?? "",
    assignee: params.get("assignee") ?? "",
  };
}

/** The address of filters, without what is as it is at first. */
export function writeFilters(filters: Filters): URLSearchParams {
  const params = new URLSearchParams();
  const { view, severities, phase, rule, symbol, assignee } = filters;
  if (view !== "todo") params.set("status", view);
  if (severities.length) params.set("severity", severities.join(","));
  if (phase !== "any") params.set("phase", phase);
  for (const [name, value] of Object.entries({ rule, symbol, assignee })) if (value) params.set(name, value);
  return params;
}

/** Whether an alert belongs to the section of a status, as the server's filters would say. */
export function fits(row: AlertRow, filters: Filters, status: Status): boolean {
  const { severities, phase, rule, symbol, assignee } = filters;
  return (
    row.status === status &&
    (severities.length === 0 || severities.some((severity) => severity === row.severity)) &&
    (phase === "any" || phase === row.phase) &&
    (rule === "" || rule === row.rule) &&
    (symbol === "" || symbol === row.symbol) &&
    (assignee === "" || assignee === row.assignee)
  );
}

export function isNarrowed({ severities, phase, rule, symbol, assignee }: Filters): boolean {
  return severities.length > 0 || phase !== "any" || [rule, symbol, assignee].some((part) => part !== "");
}
