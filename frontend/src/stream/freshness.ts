import type { StreamState } from "./apply-message";
import type { RecordState, RiskUpdate } from "./messages";

/** Nothing heard for so long means: disconnected, whatever the socket says of itself. */
export const SILENCE_MS = 12_000;

export type ShownState = RecordState | "SIMULATED" | "REPLAY" | "LIVE";

/** What `freshness` needs of the stream. */
export type FreshnessFacts = Pick<StreamState, "run" | "judgedMs" | "heartbeat" | "source" | "newestMs">;

/** The state of a record as of now, as `risk/freshness.py` has it. Times in milliseconds of the server's clock. */
export function stateNow(record: RiskUpdate, facts: FreshnessFacts, nowMs: number, staleAfterMs: number): ShownState {
  if (facts.source !== null && record.source !== facts.source) return record.source.toUpperCase() as ShownState;
  const judged = record.run === facts.run ? judgedUntil(facts, nowMs) : 0;
  const isOld = nowMs - Math.max(judged, Date.parse(record.timestamp)) > staleAfterMs;
  return isOld && (record.state === "OK" || record.state === "PRIOR") ? "STALE" : record.state;
}

// The recorded time of a replay that has ended stands still, so nothing in it goes stale.
function judgedUntil(facts: FreshnessFacts, nowMs: number): number {
  const hasEnded = facts.heartbeat?.feed_state === "closed" && facts.heartbeat.source === "replay";
  return hasEnded ? nowMs : (facts.judgedMs ?? 0);
}

/** Is this a value that must not be taken for one of now? */
export function isStale(state: ShownState): boolean {
  return state === "STALE" || state === "SIMULATED" || state === "REPLAY" || state === "LIVE";
}

/** The age of the price in milliseconds. A replay lives in its recorded time: its clock is its newest instant. */
export function ageMs(record: RiskUpdate, facts: FreshnessFacts, nowMs: number): number {
  const clock = record.source === "replay" && facts.newestMs !== null ? facts.newestMs : nowMs;
  return Math.max(0, clock - Date.parse(record.tick_time));
}
