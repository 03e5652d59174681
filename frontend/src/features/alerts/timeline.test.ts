import { describe, expect, it } from "vitest";
import type { TimelineEvent } from "./alert-types";
import { lineOf } from "./timeline";

const event = (changes: Partial<TimelineEvent>): TimelineEvent => ({
  id: 1,
  kind: "opened",
  actor: "pipeline",
  before: "",
  after: "",
  note: "",
  detail: {},
  at: null,
  recorded_at: "2026-11-20T05:00:00Z",
  ...changes,
});

describe("a line of the timeline", () => {
  it.each([
    [{ kind: "rose", before: "MEDIUM", after: "HIGH" }, "Severity rose", "MEDIUM → HIGH"],
    [
      { kind: "resolved", before: "open", after: "resolved", detail: { classification: "data_issue" } },
      "Resolved",
      "as data issue",
    ],
    [{ kind: "snoozed", after: "2026-11-20T06:00:00Z" }, "Snoozed", "until 20 Nov 2026, 11:30:00 IST"],
    [{ kind: "assigned", before: "ravi", after: "asha" }, "Assigned", "from ravi to asha"],
    [{ kind: "ended", detail: { reason: "below_exit" } }, "Ended", "(below exit)"],
    [{ kind: "acknowledged", before: "open", after: "acknowledged" }, "Acknowledged", ""],
  ] as const)("says of %o: %s %s", (changes, what, change) => {
    expect(lineOf(event(changes))).toMatchObject({ what, change });
  });

  it("tells people from the machine", () => {
    expect(lineOf(event({ kind: "commented" })).isPerson).toBe(true);
    expect(lineOf(event({ kind: "returned", detail: { score: 0.61 } }))).toMatchObject({
      isPerson: false,
      score: 0.61,
    });
  });
});
