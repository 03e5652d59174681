import { api, read } from "@/api/client";
import type { Alert, AlertRow, Classification } from "./alert-types";

/** What a person does to an alert. */
export type Act =
  | { verb: "acknowledge" | "reopen" | "unsnooze" }
  | { verb: "resolve"; classification: Classification; note: string }
  | { verb: "assign"; assignee: string | null; note: string }
  | { verb: "comment"; note: string }
  | { verb: "snooze"; minutes: number; note: string };

export type Verb = Act["verb"];

export function send(id: number, act: Act): Promise<Alert> {
  const params = { path: { id: String(id) } };
  switch (act.verb) {
    case "acknowledge":
      return read(api.POST("/api/v1/alerts/{id}/acknowledge", { params }));
    case "reopen":
      return read(api.POST("/api/v1/alerts/{id}/reopen", { params }));
    case "unsnooze":
      return read(api.POST("/api/v1/alerts/{id}/unsnooze", { params }));
    case "resolve": {
      const { classification, note } = act;
      return read(api.POST("/api/v1/alerts/{id}/resolve", { params, body: { classification, note } }));
    }
    case "assign": {
      const { assignee, note } = act;
      return read(api.POST("/api/v1/alerts/{id}/assign", { params, body: { assignee, note } }));
    }
    case "comment":
      return read(api.POST("/api/v1/alerts/{id}/comment", { params, body: { note: act.note } }));
    case "snooze": {
      const { minutes, note } = act;
      return read(api.POST("/api/v1/alerts/{id}/snooze", { params, body: { minutes, note } }));
    }
  }
}

/** The alert as it will be if the server agrees. A snooze's end is the server's to say: it counts open market. Pure. */
export function predicted(row: AlertRow, act: Act, me: string): AlertRow {
  switch (act.verb) {
    case "acknowledge":
      return { ...row, status: "acknowledged", acknowledged_by: me };
    case "resolve":
      return { ...row, status: "resolved", resolved_by: me, classification: act.classification, snoozed_until: null };
    case "reopen":
      return { ...row, status: "open", resolved_by: "", classification: "" };
    case "assign":
      return { ...row, assignee: act.assignee ?? "" };
    case "unsnooze":
      return { ...row, snoozed_until: null };
    case "comment":
    case "snooze":
      return row;
  }
}

/** Which acts make sense for an alert as it stands. */
export function allowed(row: AlertRow): ReadonlySet<Verb> {
  if (row.status === "resolved") return new Set(["reopen", "comment"]);
  const verbs: Verb[] = ["resolve", "assign", "comment", "snooze"];
  if (row.status === "open") verbs.push("acknowledge");
  if (row.snoozed_until !== null) verbs.push("unsnooze");
  return new Set(verbs);
}

/** Who was faster, from the state that a refusal brought with it; the server's own sentence where nobody was. */
export function fasterSentence(current: AlertRow, verb: Verb, me: string, refusal: string): string {
  const who = current.status === "resolved" ? current.resolved_by : verb === "acknowledge" && current.acknowledged_by;
  if (!who || current.status === "open") return refusal;
  const subject = who === me ? "You were faster elsewhere" : `${who} was faster`;
  return `${subject}: the alert is ${current.status} already.`;
}
