import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

export type Chain = components["schemas"]["Chain"];
export type Quote = components["schemas"]["ChainQuote"];

/** The newest stored option chain of a symbol, of one expiry or of the one that the score reads. */
export function useChain(symbol: string, expiry: string) {
  return useQuery({
    queryKey: ["risk", "chain", symbol, expiry],
    queryFn: () => read(api.GET("/api/v1/risk/chain", { params: { query: { symbol, ...(expiry && { expiry }) } } })),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
}
