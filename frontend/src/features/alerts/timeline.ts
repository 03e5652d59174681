import { z } from "zod";
import { istMoment } from "@/lib/format";
import { words } from "@/lib/words";
import type { TimelineEvent } from "./alert-types";

const KINDS: Record<string, string> = {
  rose: "Severity rose",
  fell: "Severity fell",
  returned: "Came back up",
  withdrawn: "Acknowledgement withdrawn",
  woken: "Snooze cut short",
  unsnoozed: "Snooze ended",
};
const PEOPLE = new Set([
  "acknowledged",
  "resolved",
  "reopened",
  "assigned",
  "unassigned",
  "commented",
  "snoozed",
  "unsnoozed",
]);
const detail = z.object({
  score: z.number().optional(),
  classification: z.string().optional(),
  reason: z.string().optional(),
});

export interface TimelineLine {
  what: string;
  /** From what to what, as what; empty where the kind says it all. */
  change: string;
  score: number | undefined;
  isPerson: boolean;
}

/** A line of the timeline in words. */
export function lineOf(event: TimelineEvent): TimelineLine {
  const read = detail.safeParse(event.detail);
  const facts = read.success ? read.data : {};
  return {
    what: KINDS[event.kind] ?? words(event.kind),
    change: changeOf(event, facts),
    score: facts.score,
    isPerson: PEOPLE.has(event.kind),
  };
}

function changeOf({ kind, before, after }: TimelineEvent, { classification, reason }: z.infer<typeof detail>): string {
  if (kind === "resolved") return classification ? `as ${words(classification).toLowerCase()}` : "";
  if (kind === "snoozed") return after ? `until ${istMoment(Date.parse(after))}` : "";
  if (kind === "assigned") return before ? `from ${before} to ${after}` : `to ${after}`;
  if (kind === "unassigned") return before ? `from ${before}` : "";
  if (kind === "ended") return reason ? `(${words(reason).toLowerCase()})` : "";
  if (kind === "rose" || kind === "fell") return before && after ? `${before} → ${after}` : after;
  return kind === "opened" ? after : "";
}
