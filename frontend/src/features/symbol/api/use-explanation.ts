import { useMutation, useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

export type Explanation = components["schemas"]["Explanation"];
export type Citation = components["schemas"]["Citation"];

/** Why the newest record says what it says. Asking is audited, so it is asked only when somebody wants to know. */
export function useExplanation() {
  return useMutation({
    mutationFn: (symbol: string) => read(api.POST("/api/v1/explain/risk", { body: { symbol } })),
  });
}

/** The section of the documentation that a sentence cites, word for word; null where the search does not find it. */
export function useCitedSection(citation: Citation | null) {
  return useQuery({
    queryKey: ["explain", "section", citation?.document, citation?.heading],
    queryFn: async () => {
      const query = { q: citation?.heading ?? "" };
      const { results } = await read(api.GET("/api/v1/explain/platform", { params: { query } }));
      const isIt = (one: Citation) => one.document === citation?.document && one.heading === citation?.heading;
      return results.find(isIt) ?? null;
    },
    enabled: citation !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
