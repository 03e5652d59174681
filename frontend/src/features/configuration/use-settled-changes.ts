import { useMemo } from "react";
import { useDebounced } from "@/lib/use-debounced";
import type { Values } from "./api/config";

/** The changes as they were when nobody had typed for a moment, and whether that is how they are now. */
export function useSettledChanges(changes: Values): { settled: Values; isSettled: boolean } {
  const now = JSON.stringify(changes);
  const then = useDebounced(now);
  const settled = useMemo(() => JSON.parse(then) as Values, [then]);
  return { settled, isSettled: now === then };
}
