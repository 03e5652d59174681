import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

export type Silence = components["schemas"]["SilenceShape"];
export type NewSilence = components["schemas"]["SilenceForm"];
export const STATES = ["active", "pending", "over", "all"] as const;
export type StateChoice = (typeof STATES)[number];

const ALL = ["silences"] as const;
const PAGE = 50;
// A silence begins and ends by the clock, without a message.
const AGAIN_MS = 30_000;

export function useSilences(state: StateChoice) {
  return useInfiniteQuery({
    queryKey: [...ALL, state],
    queryFn: ({ pageParam }) => {
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const query = { page_size: PAGE, ...(state === "all" ? {} : { state }), ...cursor };
      return read(api.GET("/api/v1/alerts/silences", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => (next ? new URL(next, location.origin).searchParams.get("cursor") : null),
    refetchInterval: AGAIN_MS,
  });
}

export function useRuleKeys() {
  return useQuery({
    queryKey: ["rules", "keys"],
    queryFn: async () => (await read(api.GET("/api/v1/alerts/rules"))).rules.map((rule) => rule.key),
  });
}

/** Alerts say at once what withholds them, so they are read again too. */
function useAfter() {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ALL }),
      client.invalidateQueries({ queryKey: ["alerts"] }),
    ]);
  };
}

export function useCreate() {
  const onSettled = useAfter();
  return useMutation({
    mutationFn: (body: NewSilence) => read(api.POST("/api/v1/alerts/silences", { body })),
    onSuccess: () => toast.success("Silenced. Alerts go on; nobody is told of them."),
    onSettled,
  });
}

export function useEnd() {
  const onSettled = useAfter();
  return useMutation({
    mutationFn: (id: number) =>
      read(api.POST("/api/v1/alerts/silences/{id}/end", { params: { path: { id: String(id) } } })),
    onSuccess: () => toast.success("The silence is over. What it withheld of alerts that still fire is told now."),
    onSettled,
  });
}
