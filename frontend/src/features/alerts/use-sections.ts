import type { AlertRow, Status } from "./alert-types";
import { type Filters, STATUSES } from "./filters";
import { type Section, useSection } from "./queries";

export interface ShownSection {
  status: Status;
  rows: readonly AlertRow[];
  query: Section;
}

export interface Sections {
  shown: readonly ShownSection[];
  /** All rows from top to bottom, by id. */
  order: readonly number[];
  rows: readonly AlertRow[];
}

/** The sections of a view, each with what has been read of it. */
export function useSections(filters: Filters): Sections {
  const queries: Record<Status, Section> = {
    open: useSection(filters, "open"),
    acknowledged: useSection(filters, "acknowledged"),
    resolved: useSection(filters, "resolved"),
  };
  const shown = STATUSES[filters.view].map((status) => {
    const query = queries[status];
    return { status, query, rows: query.data?.pages.flatMap((page) => page.results) ?? [] };
  });
  const rows = shown.flatMap((section) => section.rows);
  return { shown, rows, order: rows.map((row) => row.id) };
}
