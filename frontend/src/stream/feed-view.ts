import { istMoment } from "@/lib/format";
import type { ConnectionState } from "./connection";
import type { FeedState, HeartbeatFacts } from "./messages";

/** How the feed and the pipeline stand, in words. `good` flows, `wait` may pass, `lost` needs somebody. */
export interface FeedView {
  words: string;
  tone: "good" | "wait" | "lost";
  /** A sentence across the page; empty where all is well. */
  banner: string;
}

export interface FeedFacts {
  heartbeat: HeartbeatFacts | null;
  connection: ConnectionState;
  isSilent: boolean;
  /** When the last message came, and the newest instant of the data. Milliseconds, the server's clock. */
  heardMs: number;
  newestMs: number | null;
  judgedMs: number | null;
}

const FLOWING: Record<FeedState, [string, FeedView["tone"]]> = {
  live: ["Live", "good"],
  simulated: ["Live", "good"],
  replay: ["Live", "good"],
  closed: ["Feed ended", "wait"],
  stale: ["Feed silent", "wait"],
  stalled: ["Pipeline stopped", "lost"],
  frozen: ["Database away", "lost"],
  unknown: ["No feed yet", "wait"],
};
const BANNERS: Partial<Record<FeedState, (since: string) => string>> = {
  stale: (since) => `The feed has said nothing${since}.`,
  stalled: (since) => `The pipeline stopped${since}: nothing is scored.`,
  frozen: (since) => `The database does not answer: what is shown is frozen${since}.`,
  closed: (since) => `The feed has ended: nothing new${since}.`,
};

export function feedView(facts: FeedFacts): FeedView {
  const { connection, heartbeat } = facts;
  if (connection.kind === "ended")
    return { words: "Disconnected", tone: "lost", banner: ended(facts, connection.reason) };
  if (facts.isSilent) return { words: "Disconnected", tone: "lost", banner: disconnected(facts) };
  if (connection.kind === "waiting") return { words: "Reconnecting", tone: "wait", banner: "" };
  if (connection.kind === "connecting" || !heartbeat) return { words: "Connecting", tone: "wait", banner: "" };
  const [words, tone] = FLOWING[heartbeat.feed_state];
  const since = facts.judgedMs === null ? "" : ` since ${istMoment(facts.judgedMs)}`;
  return { words, tone, banner: BANNERS[heartbeat.feed_state]?.(since) ?? "" };
}

function disconnected({ heardMs, newestMs, connection }: FeedFacts): string {
  const why = connection.kind === "waiting" ? `: ${connection.reason}; trying again` : "";
  return `Disconnected since ${istMoment(heardMs)}${why}.${asOf(newestMs)}`;
}

function ended({ newestMs }: FeedFacts, reason: string): string {
  return `Disconnected: ${reason}.${asOf(newestMs)}`;
}

function asOf(newestMs: number | null): string {
  return newestMs === null ? "" : ` Data as of ${istMoment(newestMs)}.`;
}
