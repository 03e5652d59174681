import { duration, type Format } from "@/lib/format";
import { words } from "@/lib/words";
import type { Verb } from "./acts";
import type { AlertRow, Classification, Status } from "./alert-types";

export const DONE: Record<Verb, string> = {
  acknowledge: "acknowledged.",
  resolve: "resolved.",
  reopen: "open again.",
  assign: "handed over.",
  comment: "comment added.",
  snooze: "snoozed.",
  unsnooze: "no longer snoozed.",
};

export const STATUS_WORDS: Record<Status, string> = {
  open: "Open",
  acknowledged: "Acknowledged",
  resolved: "Resolved",
};

export const CLASSIFICATIONS: { value: Classification; label: string }[] = [
  { value: "true_breach", label: "True breach: the risk was there" },
  { value: "news", label: "News explains it" },
  { value: "expiry_effect", label: "Expiry effect" },
  { value: "data_issue", label: "Data issue: false alarm" },
  { value: "model", label: "Model was wrong: false alarm" },
  { value: "other", label: "Something else" },
];

const RULES: Record<string, string> = {
  score: "Risk score",
  stale_feed: "Stale feed",
  frozen_price: "Frozen price",
  pipeline_stalled: "Pipeline stalled",
  pipeline_lag: "Pipeline lag",
  feed_stopped: "Feed stopped",
};
export const BUILT_IN_RULES = Object.keys(RULES);

export function ruleName(key: string): string {
  return RULES[key] ?? words(key);
}

/** What an alert is about, in a few words. */
export function titleOf(row: AlertRow, format: Format): string {
  if (row.summary) return row.summary;
  const by = row.driver ? `, by ${words(row.driver).toLowerCase()}` : "";
  return `Risk score up to ${format.score(row.peak_score)}${by}`;
}

/** How long the episode lasted in log time, or that it goes on. */
export function lasted(row: AlertRow): string {
  if (row.ended_at === null) return row.phase === "recovering" ? "recovering" : "still firing";
  return duration(Date.parse(row.ended_at) - Date.parse(row.opened_at));
}
