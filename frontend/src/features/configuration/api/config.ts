import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";
import { useConfig } from "@/stream/stream";

export type Config = components["schemas"]["Config"];
export type Version = components["schemas"]["Version"];
export type Setting = components["schemas"]["Setting"];
export type Effect = components["schemas"]["Effect"];
export type Values = Readonly<Record<string, unknown>>;

/** The version in force; asked for again when the stream says that there is a newer one. */
export function useConfiguration() {
  const { version } = useConfig();
  return useQuery({
    queryKey: ["config", "in force", version],
    queryFn: () => read(api.GET("/api/v1/config")),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}

/** What is wrong with proposed values, by the server's own rules. */
export function useValidation(changes: Values) {
  const query = Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, String(value)]));
  return useQuery({
    queryKey: ["config", "validate", changes],
    queryFn: () => read(api.GET("/api/v1/config/validate", { params: { query } })),
    enabled: Object.keys(changes).length > 0,
    placeholderData: keepPreviousData,
  });
}

/** What the newest stored records would have been under the changes. Stores nothing. */
export function useDryRun() {
  return useMutation({
    mutationFn: (values: Values) =>
      read(api.POST("/api/v1/config/dry-run", { body: { values: { ...values }, records: 20_000 } })),
  });
}

interface Wish {
  values: Values;
  reason: string;
  basedOn: number;
}

export function useSave() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ values, reason, basedOn }: Wish) =>
      read(api.PUT("/api/v1/config", { body: { values: { ...values }, reason, based_on: basedOn } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["config"] }),
  });
}

export function useRollBack() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { version: number; reason: string }) => read(api.POST("/api/v1/config/rollback", { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["config"] }),
  });
}

export function useHistory() {
  return useInfiniteQuery({
    queryKey: ["config", "history"],
    queryFn: ({ pageParam: cursor }) =>
      read(api.GET("/api/v1/config/history", { params: { query: { page_size: 10, ...(cursor ? { cursor } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: ({ next }) => (next ? new URL(next).searchParams.get("cursor") : null),
  });
}
