/** What the socket says (docs/stream.md). The files in docs/messages/ are real examples; the tests read them. */
export const SEVERITIES = ["NORMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type Severity = (typeof SEVERITIES)[number];
export type RecordState = "OK" | "PRIOR" | "STALE" | "HALTED" | "CLOSED";
export type FeedState = "live" | "simulated" | "replay" | "stale" | "closed" | "stalled" | "unknown" | "frozen";
export type SessionPhase = "open" | "pre_open" | "closing_auction" | "post_close" | "closed" | "not_covered";

/** One symbol at one instant. Moves and costs are in percent; `live` says newer than the stored record `id`. */
export interface RiskUpdate {
  id: number | null;
  run: number;
  symbol: string;
  risk_score: number;
  severity: Severity;
  state: RecordState;
  timestamp: string;
  tick_time: string;
  price: number;
  change_percent: number | null;
  expected_move: number;
  protection_cost: number;
  horizon_minutes: number;
  source: string;
  live: boolean;
}

export interface AlertMessage {
  id: number;
  event: string;
  rule: string;
  symbol: string | null;
  summary: string;
  severity: Severity;
  peak_severity: Severity;
  peak_score: number | null;
  opening_score: number | null;
  driver: string;
  crossings: number;
  phase: "firing" | "recovering" | "ended";
  status: "open" | "acknowledged" | "resolved";
  source: string;
  record_id: number | null;
  opened_at: string;
  peak_at: string;
  ended_at: string | null;
  end_reason: string;
  acknowledged_by: string;
  resolved_by: string;
  classification: string;
  assignee: string;
  snoozed_until: string | null;
  /** The silence, and the id of the market index's alert, that withhold its notifications; absent where there is none. */
  silenced_by?: { id: number; author: string; reason: string; ends_at: string } | null;
  inhibited_by?: number | null;
  note: string;
}

export interface SessionFacts {
  phase: SessionPhase;
  until: string | null;
}

export interface HeartbeatFacts {
  server_time: string;
  feed_state: FeedState;
  source: string | null;
  run: number | null;
  judged_at: string | null;
  pipeline_lag_ms: number | null;
  log_time: string | null;
  session: SessionFacts;
  head_seq: number;
}

export interface ConfigFacts {
  version: number;
  thresholds: number[];
  stale_after_seconds: number;
}

/** The source that an administrator chose, and what became of the choice. */
export interface SourceFacts {
  version: number;
  mode: "demo" | "replay" | "live";
  symbols: string[];
  recording: string;
  speed: string;
  state: "pending" | "running" | "finished" | "failed";
  problem: string | null;
}

export interface GapFacts {
  missing: string[];
  since: number;
  read: string;
}

interface Numbered {
  seq: number;
  stream: string;
}
export type SnapshotFrame = Numbered & { type: "snapshot"; data: RiskUpdate[]; unknown?: string[] };
export type BatchFrame = Numbered & { type: "risk_batch"; data: RiskUpdate[]; live: boolean; prev: number };
export type UpdateFrame = Numbered & { type: "risk_update"; data: RiskUpdate };
export type AlertFrame = Numbered & { type: "alert"; data: AlertMessage };
export type ConfigFrame = Numbered & { type: "config"; data: ConfigFacts };
export type SourceFrame = Numbered & { type: "source"; data: SourceFacts };
export type GapFrame = Numbered & { type: "gap"; data: GapFacts };
export type HeartbeatFrame = Numbered & { type: "heartbeat"; data: HeartbeatFacts };
export type EventFrame = AlertFrame | ConfigFrame | SourceFrame;
export type Frame = SnapshotFrame | BatchFrame | UpdateFrame | EventFrame | GapFrame | HeartbeatFrame;

export interface Subscription {
  type: "subscribe";
  symbols?: string[];
  batch: true;
  live: true;
  last_seq?: number;
  stream?: string;
}
