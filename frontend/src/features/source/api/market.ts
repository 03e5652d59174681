import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

export type Source = components["schemas"]["Source"];
export type SourceWish = components["schemas"]["SourceForm"];
export type MarketStatus = components["schemas"]["MarketStatus"];
export type ExchangeDay = components["schemas"]["Exchange"];
export type Instrument = components["schemas"]["Instrument"];

const SOURCE = ["market", "source"] as const;
const WAITING_MS = 1000;
const CALM_MS = 5000;

/** Which market is fed; asked for again soon while a choice is being taken up. */
export function useSource() {
  return useQuery({
    queryKey: SOURCE,
    queryFn: () => read(api.GET("/api/v1/market/source")),
    refetchInterval: ({ state }) => (state.data?.state === "pending" ? WAITING_MS : CALM_MS),
  });
}

export function useMarketStatus() {
  return useQuery({
    queryKey: ["market", "status"],
    queryFn: () => read(api.GET("/api/v1/market/status")),
    refetchInterval: CALM_MS,
  });
}

export function useInstruments(search: string) {
  return useQuery({
    queryKey: ["instruments", search],
    queryFn: () =>
      read(api.GET("/api/v1/instruments", { params: { query: { search, active: "true", page_size: 100 } } })),
    placeholderData: keepPreviousData,
  });
}

/** Choose the market. Every question about it is asked again, whether the choice was taken or refused. */
export function useChooseSource() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wish: SourceWish) => read(api.PUT("/api/v1/market/source", { body: wish })),
    onSuccess: (source) => queries.setQueryData(SOURCE, source),
    onSettled: () => queries.invalidateQueries({ queryKey: ["market"] }),
  });
}
