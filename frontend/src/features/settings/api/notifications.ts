import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import type { components } from "@/api/schema";

export type Preferences = components["schemas"]["PreferenceShape"];
export type PreferenceChanges = components["schemas"]["PatchedPreferenceForm"];
export type Channel = components["schemas"]["ChannelShape"];
export type NewChannel = components["schemas"]["NewChannelForm"];
export type ChannelChanges = components["schemas"]["PatchedChannelForm"];

const PREFERENCES = ["notifications", "preferences"] as const;
const CHANNELS = ["notifications", "channels"] as const;
const at = (id: number) => ({ params: { path: { id: String(id) } } });

export function usePreferences() {
  return useQuery({
    queryKey: PREFERENCES,
    queryFn: () => read(api.GET("/api/v1/notifications/preferences")),
  });
}

export function useSavePreferences() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: PreferenceChanges) => read(api.PATCH("/api/v1/notifications/preferences", { body })),
    onSuccess: (stored) => queries.setQueryData(PREFERENCES, stored),
  });
}

export function useChannels() {
  return useQuery({
    queryKey: CHANNELS,
    queryFn: () => read(api.GET("/api/v1/notifications/channels", { params: { query: { page_size: 100 } } })),
    refetchInterval: 10_000,
  });
}

/** Something is done to a channel; the list is read again whatever came of it. */
function useChannelAct<Asked, Answered>(act: (asked: Asked) => Promise<Answered>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => queries.invalidateQueries({ queryKey: CHANNELS }),
  });
}

export const useAddChannel = () =>
  useChannelAct((body: NewChannel) => read(api.POST("/api/v1/notifications/channels", { body })));

export const useChangeChannel = () =>
  useChannelAct(({ id, body }: { id: number; body: ChannelChanges }) =>
    read(api.PATCH("/api/v1/notifications/channels/{id}", { ...at(id), body })),
  );

export const useDeleteChannel = () =>
  useChannelAct((id: number) => read<unknown>(api.DELETE("/api/v1/notifications/channels/{id}", at(id))));

export const useTestChannel = () =>
  useChannelAct((id: number) => read<unknown>(api.POST("/api/v1/notifications/channels/{id}/test", at(id))));

export const useRenewSecret = () =>
  useChannelAct((id: number) => read(api.POST("/api/v1/notifications/channels/{id}/secret", at(id))));
