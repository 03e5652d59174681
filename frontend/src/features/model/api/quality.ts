import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

export type Quality = components["schemas"]["Quality"];

/** A backtest's account: the newest, or a stored one by its number. Nothing is computed when it is asked for. */
export function useQuality(result: string) {
  return useQuery({
    queryKey: ["model", "quality", result],
    queryFn: () => read(api.GET("/api/v1/model/quality", { params: { query: result === "newest" ? {} : { result } } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
