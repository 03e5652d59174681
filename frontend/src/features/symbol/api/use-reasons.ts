import { useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { useRecord, useStream } from "@/stream/stream";

const AGAIN_MS = 10_000;

/** The newest stored record of a symbol with its reasons, again every ten seconds. Asks nothing before a record is heard. */
export function useReasons(symbol: string) {
  const stream = useStream();
  const hasRecord = useRecord(symbol)?.id != null;
  return useQuery({
    queryKey: ["risk", "reasons", symbol],
    queryFn: () => {
      const id = stream.shown.records.get(symbol)?.id ?? 0;
      return read(api.GET("/api/v1/risk/{id}", { params: { path: { id: String(id) } } }));
    },
    enabled: hasRecord,
    refetchInterval: () => (stream.isPaused ? false : AGAIN_MS),
  });
}
