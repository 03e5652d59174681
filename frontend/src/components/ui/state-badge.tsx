import type { ShownState } from "@/stream/freshness";
import { Badge } from "./badge";

const LOOKS: Partial<Record<ShownState, string>> = {
  OK: "border-line text-muted font-medium",
  PRIOR: "border-dashed text-replay",
  STALE: "text-text",
  HALTED: "text-critical",
  CLOSED: "text-muted",
  SIMULATED: "text-simulated",
  REPLAY: "text-replay",
  LIVE: "text-live",
};

const MEANINGS: Record<ShownState, string> = {
  OK: "The value of now",
  PRIOR: "Too little seen yet: the score leans on what is usual",
  STALE: "Not the value of now: nothing newer came in time",
  HALTED: "Trading is halted",
  CLOSED: "The market is closed",
  SIMULATED: "Of the simulated feed",
  REPLAY: "Of a replay of recorded days",
  LIVE: "Of the live feed",
};

/** What may be said of a value: always a visible word. */
export function StateBadge({ state }: { state: ShownState }) {
  return (
    <Badge className={LOOKS[state]} title={MEANINGS[state]}>
      {state}
    </Badge>
  );
}
