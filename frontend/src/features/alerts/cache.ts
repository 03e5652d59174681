import type { QueryClient } from "@tanstack/react-query";
import type { AlertDetail, AlertPages, AlertRow, Status } from "./alert-types";
import { type Filters, fits } from "./filters";
import { placed } from "./pages";
import { alertKeys } from "./queries";

/** Put what is now known of an alert into every list that was read, and into its own page. */
export function put(client: QueryClient, row: AlertRow): void {
  for (const [key, pages] of client.getQueriesData<AlertPages>({ queryKey: alertKeys.lists })) {
    const [, , filters, status] = key as readonly [string, string, Filters, Status];
    if (pages) client.setQueryData(key, placed(pages, row, fits(row, filters, status)));
  }
  client.setQueryData<AlertDetail>(alertKeys.one(row.id), (before) => before && ({ ...before, ...row } as AlertDetail));
}

/** What is known of an alert without asking. */
export function known(client: QueryClient, id: number): AlertRow | undefined {
  const detail = client.getQueryData<AlertDetail>(alertKeys.one(id));
  if (detail) return detail;
  for (const [, pages] of client.getQueriesData<AlertPages>({ queryKey: alertKeys.lists })) {
    const found = pages?.pages.flatMap((page) => page.results).find((row) => row.id === id);
    if (found) return found;
  }
  return undefined;
}
