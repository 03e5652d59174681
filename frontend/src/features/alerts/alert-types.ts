import type { InfiniteData } from "@tanstack/react-query";
import type { components } from "@/api/schema";
import type { AlertMessage, Severity } from "@/stream/messages";

export type Alert = components["schemas"]["Alert"];
export type AlertDetail = components["schemas"]["AlertDetail"];
export type TimelineEvent = components["schemas"]["AlertEvent"];
export type Status = Alert["status"];
export type AlertSeverity = Exclude<Severity, "NORMAL">;
export type Classification = components["schemas"]["ResolveForm"]["classification"];

/** What REST and the socket both say of an alert. */
export type AlertRow = Omit<AlertMessage, "event" | "opening_score" | "record_id">;

export interface AlertPage {
  results: AlertRow[];
  next?: string | null;
}
export type AlertPages = InfiniteData<AlertPage, string | null>;

/** Whether a body is an alert: the `current` of a refusal is typed as anything. */
export function isAlertRow(body: unknown): body is AlertRow {
  return typeof body === "object" && body !== null && "id" in body && "status" in body && "phase" in body;
}
