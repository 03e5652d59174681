import { useInfiniteQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { cursorOf } from "@/api/pages";
import type { components } from "@/api/schema";

export type Episode = components["schemas"]["Alert"];
const PAGE = 20;

/** All alerts that a symbol has had, newest first. */
export function useEpisodes(symbol: string) {
  return useInfiniteQuery({
    queryKey: ["alerts", "of-symbol", symbol],
    queryFn: ({ pageParam }) => {
      const query = { symbol, page_size: PAGE, ...(pageParam && { cursor: pageParam }) };
      return read(api.GET("/api/v1/alerts", { params: { query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => cursorOf(page.next),
  });
}
