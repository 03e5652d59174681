import { useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";

/** The instrument of exactly this symbol; null where the platform knows none. */
export function useInstrument(symbol: string) {
  return useQuery({
    queryKey: ["risk", "instrument", symbol],
    queryFn: async () => {
      const query = { search: symbol, page_size: 500 };
      const { results } = await read(api.GET("/api/v1/instruments", { params: { query } }));
      return results.find((one) => one.symbol === symbol || one.aliases.includes(symbol)) ?? null;
    },
    staleTime: 60_000,
  });
}
