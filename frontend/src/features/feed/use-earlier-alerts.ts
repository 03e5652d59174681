import { useInfiniteQuery } from "@tanstack/react-query";
import { boot } from "@/api/boot";
import { api, read } from "@/api/client";
import { cursorOf } from "@/api/pages";
import { type FeedFilter, severitiesFrom } from "./filter";
import type { StoredAlert } from "./lines";

const PAGE = 100;

/** Alerts that were raised before this page listened, newest first, page by page from the store. */
export function useEarlierAlerts(filter: FeedFilter, sinceMs: number | null) {
  const severities = severitiesFrom(filter.least)?.filter((severity) => severity !== "NORMAL");
  const symbol = boot().instruments.find((one) => one.symbol.toLowerCase() === filter.symbol.toLowerCase())?.symbol;
  const query = {
    page_size: PAGE,
    ...(severities && { peak_severity: severities }),
    ...(symbol && { symbol }),
  };
  const asked = useInfiniteQuery({
    queryKey: ["alerts", "before-feed", query],
    queryFn: ({ pageParam }) =>
      read(api.GET("/api/v1/alerts", { params: { query: { ...query, ...(pageParam && { cursor: pageParam }) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => cursorOf(page.next),
    enabled: sinceMs !== null && filter.kinds.includes("alert"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { ...asked, alerts: raisedBefore(asked.data?.pages.flatMap((page) => page.results) ?? [], sinceMs) };
}

export function raisedBefore(alerts: readonly StoredAlert[], sinceMs: number | null): StoredAlert[] {
  return alerts.filter((alert) => sinceMs !== null && Date.parse(alert.raised_at) < sinceMs);
}
