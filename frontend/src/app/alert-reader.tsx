import { useEffect } from "react";
import { api, read } from "@/api/client";
import type { AlertMessage } from "@/stream/messages";
import type { StreamStore } from "@/stream/store";
import { useStream, useTopic } from "@/stream/stream";

const AGAIN_MS = 5000;
const PAGE = 500;

/** Reads the alerts that fire by REST at the start, after a new stream and after a gap; the stream keeps them. */
export function AlertReader() {
  const stream = useStream();
  const reads = useTopic("reads", (store) => store.current.alertReads);
  useEffect(() => (reads === 0 ? undefined : readFiring(stream)), [stream, reads]);
  return null;
}

function readFiring(stream: StreamStore): () => void {
  const heard: AlertMessage[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLeft = false;
  const stopHearing = stream.onAlert((alert) => heard.push(alert));
  const ask = async () => {
    try {
      const alerts = await firing();
      if (!isLeft) stream.setAlerts(alerts, heard);
      stopHearing();
    } catch {
      if (!isLeft) timer = setTimeout(ask, AGAIN_MS);
    }
  };
  void ask();
  return () => {
    isLeft = true;
    clearTimeout(timer);
    stopHearing();
  };
}

async function firing(): Promise<AlertMessage[]> {
  const pages = await Promise.all(
    (["firing", "recovering"] as const).map((phase) =>
      read(api.GET("/api/v1/alerts", { params: { query: { phase, page_size: PAGE } } })),
    ),
  );
  return pages.flatMap((page) => page.results.map((alert) => ({ ...alert, event: "" }) as AlertMessage));
}
