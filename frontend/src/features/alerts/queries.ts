import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { AlertPage, Status } from "./alert-types";
import { type Filters, STATUSES } from "./filters";

const PAGE = 50;

export const alertKeys = {
  all: ["alerts"] as const,
  lists: ["alerts", "list"] as const,
  list: (filters: Filters, status: Status) => ["alerts", "list", filters, status] as const,
  one: (id: number) => ["alerts", "one", id] as const,
  timeline: (id: number) => ["alerts", "one", id, "timeline"] as const,
};

/** The alerts of one status, page by page; they are asked for only where the view shows that status. */
export function useSection(filters: Filters, status: Status) {
  return useInfiniteQuery({
    queryKey: alertKeys.list(filters, status),
    queryFn: ({ pageParam }) => readPage(filters, status, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
    enabled: STATUSES[filters.view].includes(status),
  });
}

export type Section = ReturnType<typeof useSection>;

function readPage(filters: Filters, status: Status, cursor: string | null): Promise<AlertPage> {
  const { severities, phase, rule, symbol, assignee } = filters;
  const query = {
    status: [status],
    page_size: PAGE,
    ...(severities.length ? { severity: [...severities] } : {}),
    ...(phase === "any" ? {} : { phase }),
    // The document names the built-in rules; the server takes the key of any.
    ...(rule ? { rule: [rule as "score"] } : {}),
    ...(symbol ? { symbol } : {}),
    ...(assignee ? { assignee } : {}),
    ...(cursor ? { cursor } : {}),
  };
  return read(api.GET("/api/v1/alerts", { params: { query } }));
}

export function cursorOf(next: string | null | undefined): string | null {
  return next ? new URL(next, location.origin).searchParams.get("cursor") : null;
}

export function useAlert(id: number) {
  return useQuery({
    queryKey: alertKeys.one(id),
    queryFn: () => read(api.GET("/api/v1/alerts/{id}", { params: { path: { id: String(id) } } })),
  });
}

const MOST_LINES = 500;

export function useTimeline(id: number) {
  const params = { path: { id: String(id) }, query: { page_size: MOST_LINES } };
  return useQuery({
    queryKey: alertKeys.timeline(id),
    queryFn: () => read(api.GET("/api/v1/alerts/{id}/timeline", { params })),
  });
}

/** Whom an alert may be given to. */
export function useAssignees(isAsked: boolean) {
  return useQuery({
    queryKey: ["assignees"],
    queryFn: async () => (await read(api.GET("/api/v1/alerts/assignees"))).assignees,
    enabled: isAsked,
    staleTime: 60_000,
  });
}
