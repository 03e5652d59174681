import type { StreamState } from "./apply-message";
import type { ConnectionState } from "./connection";
import type {
  AlertMessage,
  ConfigFacts,
  FeedState,
  Frame,
  RecordState,
  RiskUpdate,
  Severity,
  SourceFacts,
} from "./messages";

export const EVENT_KINDS = ["severity", "alert", "state", "config", "connection"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What happened, as this page saw it. `isLate`: it was found after a break, and happened at some time within it. */
export type Happening =
  | { kind: "severity"; record: RiskUpdate; before: Severity; isLate: boolean }
  | { kind: "state"; record: RiskUpdate; before: RecordState; isLate: boolean }
  | { kind: "alert"; alert: AlertMessage }
  | { kind: "config"; config: ConfigFacts }
  | { kind: "connection"; what: "feed"; state: FeedState; before: FeedState }
  | { kind: "connection"; what: "run"; run: number; source: string }
  | { kind: "connection"; what: "socket"; state: ConnectionState }
  | { kind: "connection"; what: "source"; choice: SourceFacts }
  | { kind: "connection"; what: "gap"; missing: readonly string[] };

/** `id` counts from 1 without gaps; `atMs` is when the page saw it, on the server's clock. */
export type FeedEvent = Happening & { id: number; atMs: number };

const MOST = 2000;

/** What the log holds; another object whenever it holds something else. */
export interface Logged {
  /** Oldest first. */
  events: readonly FeedEvent[];
  /** From when on nothing is missing: the beginning, or the oldest that is kept. Null before the first answer. */
  sinceMs: number | null;
  /** Were older ones let go to bound the memory? */
  hasForgotten: boolean;
}

/** The newest happenings of this page's stream, bounded. Nothing from before it began is made up. */
export class EventLog {
  now: Logged = { events: [], sinceMs: null, hasForgotten: false };
  #last = 0;
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  begin(atMs: number): void {
    if (this.now.sinceMs === null) this.now = { ...this.now, sinceMs: atMs };
  }

  add(happenings: readonly Happening[], atMs: number): void {
    if (happenings.length === 0) return;
    const added = happenings.map((happening) => ({ ...happening, id: ++this.#last, atMs }));
    const events = [...this.now.events, ...added].slice(-this.#most);
    const hasForgotten = this.#last > events.length;
    this.now = { events, hasForgotten, sinceMs: hasForgotten ? (events[0]?.atMs ?? null) : this.now.sinceMs };
  }
}

/** What a frame changed, of the kinds that one wants to be told of. Pure. */
export function happeningsOf(before: StreamState, after: StreamState, frame: Frame): Happening[] {
  if (frame.type === "alert") return [{ kind: "alert", alert: frame.data }];
  if (frame.type === "config") return [{ kind: "config", config: frame.data }];
  if (frame.type === "source") return [{ kind: "connection", what: "source", choice: frame.data }];
  if (frame.type === "gap") return [{ kind: "connection", what: "gap", missing: frame.data.missing }];
  if (frame.type === "heartbeat") return [...runChange(before, after), ...feedChange(before, after)];
  if (frame.type === "snapshot" || frame.type === "risk_batch")
    return [...runChange(before, after), ...recordChanges(before, after, frame)];
  return [];
}

function runChange(before: StreamState, after: StreamState): Happening[] {
  if (before.run === null || after.run === null || before.run === after.run) return [];
  return [{ kind: "connection", what: "run", run: after.run, source: after.source ?? "unknown" }];
}

function feedChange(before: StreamState, after: StreamState): Happening[] {
  const [had, has] = [before.heartbeat?.feed_state, after.heartbeat?.feed_state];
  return had && has && had !== has ? [{ kind: "connection", what: "feed", state: has, before: had }] : [];
}

function recordChanges(
  before: StreamState,
  after: StreamState,
  frame: Extract<Frame, { type: "snapshot" | "risk_batch" }>,
): Happening[] {
  const isLate = before.position.isAwaiting;
  const found: Happening[] = [];
  for (const symbol of new Set(frame.data.map((update) => update.symbol))) {
    const [had, record] = [before.records.get(symbol), after.records.get(symbol)];
    // Another run is another market: from one to the other nothing has risen or fallen.
    if (!had || !record || had.run !== record.run) continue;
    if (had.severity !== record.severity) found.push({ kind: "severity", record, before: had.severity, isLate });
    if (had.state !== record.state) found.push({ kind: "state", record, before: had.state, isLate });
  }
  return found;
}
