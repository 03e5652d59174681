import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import type { AlertMessage } from "@/stream/messages";
import { useAlertMessages, useTopic } from "@/stream/stream";
import { put } from "./cache";
import { alertKeys } from "./queries";

/** Keep what was read by REST as the stream says; after a gap in the stream all of it is read again. */
export function useLiveAlerts(): void {
  const client = useQueryClient();
  const hear = useCallback(
    ({ event: _, ...alert }: AlertMessage) => {
      put(client, alert);
      void client.invalidateQueries({ queryKey: alertKeys.one(alert.id) });
      // An answer that is on its way may be older than what was just heard.
      if (client.isFetching({ queryKey: alertKeys.lists }))
        void client.invalidateQueries({ queryKey: alertKeys.lists });
    },
    [client],
  );
  useAlertMessages(hear);
  const reads = useTopic("reads", (store) => store.current.alertReads);
  const seen = useRef(reads);
  useEffect(() => {
    if (reads === seen.current) return;
    seen.current = reads;
    void client.invalidateQueries({ queryKey: alertKeys.all });
  }, [client, reads]);
}
