import type { AlertMessage, ConfigFacts, Frame, HeartbeatFacts, RiskUpdate, SourceFacts } from "./messages";
import { judge, NOWHERE, type Position, type Verdict } from "./numbering";

/** Everything that the socket has said so far. Maps are replaced, never changed. */
export interface StreamState {
  position: Position;
  records: ReadonlyMap<string, RiskUpdate>;
  /** Alerts whose episode has not ended, by id. */
  alerts: ReadonlyMap<number, AlertMessage>;
  heartbeat: HeartbeatFacts | null;
  config: ConfigFacts | null;
  choice: SourceFacts | null;
  /** The feed that is followed now; a record of another one says so instead of passing for this one's. */
  source: string | null;
  run: number | null;
  /** Until when the pipeline has judged `run`, in wall-clock milliseconds of the server. */
  judgedMs: number | null;
  /** The newest instant among the records of `source`, in log time. */
  newestMs: number | null;
  /** The server's clock minus ours. */
  offsetMs: number;
  /** When the last record came, on our clock. */
  dataAtMs: number | null;
  /** Counts the moments after which alerts must be read again by REST (a new stream, or a gap). */
  alertReads: number;
}

export interface Applied {
  state: StreamState;
  verdict: Verdict;
  /** Symbols whose record is another one now. */
  symbols: readonly string[];
}

export const EMPTY: StreamState = {
  position: NOWHERE,
  records: new Map(),
  alerts: new Map(),
  heartbeat: null,
  config: null,
  choice: null,
  source: null,
  run: null,
  judgedMs: null,
  newestMs: null,
  offsetMs: 0,
  dataAtMs: null,
  alertReads: 0,
};

/** Return the state after a frame that was heard at `heardMs` (our clock). Pure. */
export function applyMessage(state: StreamState, frame: Frame, heardMs: number): Applied {
  const { verdict, position } = judge(state.position, frame);
  if (verdict !== "apply") return { state, verdict, symbols: [] };
  const { next, symbols } = taken({ ...state, position }, frame, heardMs);
  return { state: next, verdict, symbols };
}

interface Taken {
  next: StreamState;
  symbols: readonly string[];
}
const NONE: readonly string[] = [];

function taken(state: StreamState, frame: Frame, heardMs: number): Taken {
  switch (frame.type) {
    case "heartbeat":
      return { next: withHeartbeat(state, frame.data, heardMs), symbols: NONE };
    case "snapshot":
      return withRecords({ ...state, records: new Map(), alertReads: state.alertReads + 1 }, frame.data, heardMs);
    case "risk_batch":
      return withRecords(state, frame.data, heardMs);
    case "alert":
      return { next: { ...state, alerts: withAlert(state.alerts, frame.data) }, symbols: NONE };
    case "config":
      return { next: { ...state, config: frame.data }, symbols: NONE };
    case "source":
      return { next: { ...state, choice: frame.data }, symbols: NONE };
    case "gap":
      return { next: { ...state, alertReads: state.alertReads + 1 }, symbols: NONE };
    default: // `risk_update` comes to who does not ask for batches; an event that is not known yet only counts
      return { next: state, symbols: NONE };
  }
}

function withHeartbeat(state: StreamState, facts: HeartbeatFacts, heardMs: number): StreamState {
  return {
    ...state,
    heartbeat: facts,
    offsetMs: Date.parse(facts.server_time) - heardMs,
    source: facts.source ?? state.source,
    run: facts.run ?? state.run,
    judgedMs: facts.judged_at === null ? state.judgedMs : Date.parse(facts.judged_at),
  };
}

function withRecords(state: StreamState, updates: readonly RiskUpdate[], heardMs: number): Taken {
  const first = updates[0];
  if (!first) return { next: state, symbols: NONE };
  const records = new Map(state.records);
  for (const update of updates) records.set(update.symbol, update);
  const { source, run } = isNewer(first, state) ? first : state;
  const newestMs = newest(updates, source) ?? state.newestMs;
  const judged = source === "replay" ? heardMs + state.offsetMs : newestMs;
  const next = {
    ...state,
    records,
    source,
    run,
    newestMs,
    dataAtMs: heardMs,
    judgedMs: judged === null ? state.judgedMs : Math.max(state.judgedMs ?? 0, judged),
  };
  return { next, symbols: updates.map((update) => update.symbol) };
}

// A snapshot may hold what an older run left behind; the feed that is followed is the newest run's.
function isNewer(update: RiskUpdate, state: StreamState): boolean {
  return state.run === null || update.run >= state.run;
}

function newest(updates: readonly RiskUpdate[], source: string | null): number | null {
  const instants = updates.filter((update) => update.source === source).map((update) => Date.parse(update.timestamp));
  return instants.length ? Math.max(...instants) : null;
}

export function withAlert(
  alerts: ReadonlyMap<number, AlertMessage>,
  alert: AlertMessage,
): ReadonlyMap<number, AlertMessage> {
  const next = new Map(alerts);
  if (alert.phase === "ended") next.delete(alert.id);
  else next.set(alert.id, alert);
  return next;
}
