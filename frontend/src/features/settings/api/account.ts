import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

export type ApiSession = components["schemas"]["Session"];

const SESSIONS = ["account", "sessions"] as const;

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: components["schemas"]["Password"]) => read<unknown>(api.POST("/api/v1/auth/password", { body })),
  });
}

/** Sign-ins with tokens; those of browsers stand on a page of their own. */
export function useApiSessions() {
  return useQuery({
    queryKey: SESSIONS,
    queryFn: () => read(api.GET("/api/v1/auth/sessions", { params: { query: { page_size: 100 } } })),
  });
}

export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => read<unknown>(api.DELETE("/api/v1/auth/sessions/{id}", { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: SESSIONS }),
  });
}
