import { useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

export type ExchangeDay = components["schemas"]["Exchange"];

export function useExchanges() {
  return useQuery({
    queryKey: ["market", "status"],
    queryFn: () => read(api.GET("/api/v1/market/status")),
    refetchInterval: 30_000,
  });
}

/** The model in force, and the engine and model that were last judged. */
export function useModelVersions() {
  return useQuery({
    queryKey: ["model", "quality", "newest"],
    queryFn: () => read(api.GET("/api/v1/model/quality")),
    staleTime: 60_000,
  });
}
