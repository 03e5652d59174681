import { describe, expect, it } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { allowed, fasterSentence, predicted } from "./acts";
import type { AlertRow } from "./alert-types";

const alert: AlertRow = FRAMES.alert.data;

describe("acts on an alert", () => {
  it("show at once what they will change", () => {
    expect(predicted(alert, { verb: "acknowledge" }, "asha")).toMatchObject({
      status: "acknowledged",
      acknowledged_by: "asha",
    });
    expect(predicted(alert, { verb: "assign", assignee: null, note: "" }, "asha").assignee).toBe("");
  });

  it("do not guess when a snooze ends", () => {
    expect(predicted(alert, { verb: "snooze", minutes: 30, note: "" }, "asha")).toBe(alert);
  });

  it("are offered where they make sense", () => {
    expect(allowed({ ...alert, status: "resolved" })).toEqual(new Set(["reopen", "comment"]));
    expect(allowed({ ...alert, status: "acknowledged" }).has("acknowledge")).toBe(false);
    expect(allowed(alert).has("unsnooze")).toBe(false);
    expect(allowed({ ...alert, snoozed_until: "2026-11-20T06:00:00Z" }).has("unsnooze")).toBe(true);
  });

  it("that came too late say who was faster", () => {
    const resolved: AlertRow = { ...alert, status: "resolved", resolved_by: "ravi" };

    const taken: AlertRow = { ...alert, status: "acknowledged", acknowledged_by: "ravi" };
    const said = "The alert is assigned to asha already.";

    expect(fasterSentence(resolved, "snooze", "asha", "")).toBe("ravi was faster: the alert is resolved already.");
    expect(fasterSentence(taken, "acknowledge", "ravi", "")).toBe(
      "You were faster elsewhere: the alert is acknowledged already.",
    );
    expect(fasterSentence(taken, "assign", "asha", said)).toBe(said);
    expect(fasterSentence(alert, "unsnooze", "asha", "The alert is not snoozed.")).toBe("The alert is not snoozed.");
  });
});
