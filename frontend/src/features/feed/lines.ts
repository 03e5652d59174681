import type { components } from "@/api/schema";
import { istDay, istMoment } from "@/lib/format";
import { words } from "@/lib/words";
import type { ConnectionState } from "@/stream/connection";
import type { EventKind, FeedEvent } from "@/stream/event-log";
import { type AlertMessage, SEVERITIES, type Severity, type SourceFacts } from "@/stream/messages";

export type StoredAlert = components["schemas"]["Alert"];

/** A line of the feed, in words. */
export interface Line {
  key: string;
  atMs: number;
  kind: EventKind;
  /** The severity that it stands at; null where it has none. */
  severity: Severity | null;
  /** The highest severity that it touches, for the filter. */
  gravest: Severity | null;
  symbol: string | null;
  text: string;
  /** What is worth knowing beside it; may be empty. */
  note: string;
  alertId: number | null;
}

const STATE_WORDS: Record<string, string> = {
  OK: "is judged by its own history",
  PRIOR: "leans on what is usual: too little seen yet",
  STALE: "fell silent",
  HALTED: "is halted",
  CLOSED: "closed for the day",
};

export function lineOf(event: FeedEvent): Line {
  const head = { key: `e${event.id}`, atMs: event.atMs, kind: event.kind, alertId: null };
  switch (event.kind) {
    case "severity":
      return { ...head, ...recordFacts(event), text: risen(event.before, event.record.severity), note: late(event) };
    case "state":
      return {
        ...head,
        ...recordFacts(event),
        gravest: event.record.severity,
        text: stateText(event),
        note: late(event),
      };
    case "alert":
      return { ...head, ...alertFacts(event.alert), text: alertText(event.alert), note: event.alert.note };
    case "config": {
      const limits = event.config.thresholds.join(", ");
      const text = `Configuration ${event.config.version} is in force`;
      return {
        ...head,
        ...NOBODY,
        text,
        note: `Thresholds ${limits} · stale after ${event.config.stale_after_seconds} s`,
      };
    }
    case "connection":
      return { ...head, ...NOBODY, ...connectionText(event) };
  }
}

const NOBODY = { severity: null, gravest: null, symbol: null };

type RecordEvent = Extract<FeedEvent, { kind: "severity" | "state" }>;

function recordFacts({ record, before }: RecordEvent) {
  const gravest = graver(record.severity, before) ?? record.severity;
  return { severity: record.severity, gravest, symbol: record.symbol };
}

function graver(one: Severity, other: string): Severity | undefined {
  return SEVERITIES.toReversed().find((severity) => severity === one || severity === other);
}

function risen(before: Severity, now: Severity): string {
  const verb = SEVERITIES.indexOf(now) > SEVERITIES.indexOf(before) ? "Rose" : "Fell";
  return `${verb} from ${before} to ${now}`;
}

function stateText({ record, before }: Extract<FeedEvent, { kind: "state" }>): string {
  return `${before} → ${record.state}: ${STATE_WORDS[record.state]}`;
}

// A replay speaks of recorded days; what was found after a break happened at some time within it.
function late({ record, isLate, atMs }: RecordEvent): string {
  const logMs = Date.parse(record.timestamp);
  const score = `Score ${record.risk_score.toFixed(3)}`;
  const asOf = record.source === "replay" || istDay(logMs) !== istDay(atMs) ? ` · as of ${istMoment(logMs)}` : "";
  return `${score}${asOf}${isLate ? " · found after a break in the stream" : ""}`;
}

const BY: Record<string, (alert: AlertMessage) => string> = {
  acknowledged: (alert) => alert.acknowledged_by,
  resolved: (alert) => alert.resolved_by,
  assigned: (alert) => alert.assignee,
};

function alertFacts(alert: AlertMessage | StoredAlert) {
  const severity = alert.severity as Severity;
  return { severity, gravest: severity, symbol: alert.symbol, alertId: alert.id };
}

function alertText(alert: AlertMessage): string {
  const who = BY[alert.event]?.(alert);
  const to = alert.event === "assigned" ? "to" : "by";
  const verb = alert.event === "" ? "changed" : alert.event;
  return `Alert ${alert.id} ${verb}${who ? ` ${to} ${who}` : ""}: ${causeOf(alert)}`;
}

const PHASE_WORDS: Record<StoredAlert["phase"], string> = {
  firing: "goes on",
  recovering: "is recovering",
  ended: "has ended",
};

/** A stored alert as the line of its opening, and how it stands now. */
export function storedLine(alert: StoredAlert): Line {
  return {
    key: `a${alert.id}`,
    atMs: Date.parse(alert.raised_at),
    kind: "alert",
    ...alertFacts(alert),
    gravest: alert.peak_severity as Severity,
    text: `Alert ${alert.id} opened: ${causeOf(alert)}`,
    note: `Episode ${PHASE_WORDS[alert.phase]}, ${words(alert.status).toLowerCase()}`,
  };
}

function causeOf(alert: AlertMessage | StoredAlert): string {
  if (alert.summary) return alert.summary;
  return alert.driver ? `driven by ${words(alert.driver).toLowerCase()}` : words(alert.rule).toLowerCase();
}

function connectionText(event: Extract<FeedEvent, { kind: "connection" }>): { text: string; note: string } {
  switch (event.what) {
    case "feed":
      return { text: `Feed: ${event.before} → ${event.state}`, note: "" };
    case "run":
      return { text: `Run ${event.run} began, source ${event.source}`, note: "Scores of another run are not compared" };
    case "gap":
      return {
        text: "The stream skipped messages",
        note: `Missing: ${event.missing.join(", ")}; alerts were read again`,
      };
    case "source":
      return { text: `Source chosen: ${sourceText(event.choice)}`, note: event.choice.problem ?? event.choice.state };
    case "socket":
      return socketText(event.state);
  }
}

function sourceText({ mode, recording, speed }: SourceFacts): string {
  return mode === "replay" ? `replay of ${recording}, speed ${speed}` : mode;
}

function socketText(state: ConnectionState): { text: string; note: string } {
  if (state.kind === "open") return { text: "The stream is back", note: "" };
  const reason = "reason" in state ? state.reason : "";
  return { text: "The stream broke off", note: reason };
}
