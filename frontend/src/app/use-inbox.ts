import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { toast } from "sonner";
import { api, read } from "@/api/client";
import { sentenceOf } from "@/api/errors";
import type { components } from "@/api/schema";
import { useAlertMessages } from "@/stream/stream";

export type Notice = components["schemas"]["NoticeShape"];
export type Which = "unread" | "all";

const ALL = ["notices"] as const;
export const MOST_NOTICES = 50;
const AGAIN_MS = 60_000;
// The notifier looks at its outbox every two seconds.
const NOTIFIER_MS = 3000;

/** One's own notifications, newest first. */
export function useNotices(which: Which, isAsked: boolean) {
  return useQuery({
    queryKey: [...ALL, which],
    queryFn: () => {
      const query = { page_size: MOST_NOTICES, ...(which === "unread" ? { unread: true } : {}) };
      return read(api.GET("/api/v1/notifications", { params: { query } }));
    },
    enabled: isAsked,
    refetchInterval: AGAIN_MS,
  });
}

/** Read the list again soon after an alert message: what becomes of it for this person is in the list by then. */
export function useNoticesFollowAlerts(): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hear = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void client.invalidateQueries({ queryKey: ALL }), NOTIFIER_MS);
  }, [client]);
  useAlertMessages(hear);
  useEffect(() => () => clearTimeout(timer.current), []);
}

/** Mark some as read, or with null all of them. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: number[] | null) => read(api.POST("/api/v1/notifications/read", { body: ids ? { ids } : {} })),
    onError: (problem) => toast.error(sentenceOf(problem)),
    onSettled: () => client.invalidateQueries({ queryKey: ALL }),
  });
}
