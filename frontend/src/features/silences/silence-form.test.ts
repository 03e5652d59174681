import { describe, expect, it } from "vitest";
import { istLocal, msOfIst, type SilenceFields, silenceForm, silenceOf } from "./silence-form";

const HOUR_MS = 3_600_000;
const fields = (changes: Partial<SilenceFields> = {}): SilenceFields => ({
  symbols: "NIFTY",
  exchanges: [],
  rules: [],
  isAll: false,
  max_severity: "HIGH",
  reason: "results day",
  ends: istLocal(Date.now() + HOUR_MS),
  ...changes,
});
const problems = (changes: Partial<SilenceFields>) => {
  const read = silenceForm.safeParse(fields(changes));
  return read.success ? [] : read.error.issues.map((issue) => issue.path[0]);
};

describe("the form of a silence", () => {
  it("takes one that names something, says why and ends", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ symbols: "", rules: ["stale_feed"] })).toEqual([]);
    expect(problems({ symbols: "", isAll: true })).toEqual([]);
  });

  it.each([
    [{ symbols: " " }, "symbols"],
    [{ symbols: "NIFTY, ATLANTIS" }, "symbols"],
    [{ reason: "  " }, "reason"],
    [{ ends: "" }, "ends"],
    [{ ends: "2020-01-01T10:00" }, "ends"],
    [{ ends: istLocal(Date.now() + 31 * 24 * HOUR_MS) }, "ends"],
  ])("refuses %o at %s", (changes, name) => {
    expect(problems(changes)).toEqual([name]);
  });

  it("reads its end on an Indian clock", () => {
    expect(new Date(msOfIst("2026-11-20T15:30")).toISOString()).toBe("2026-11-20T10:00:00.000Z");
    expect(istLocal(Date.parse("2026-11-20T10:00:00Z"))).toBe("2026-11-20T15:30");
  });

  it("leaves the scope open where everything is meant", () => {
    const { symbols, ends_at, max_severity } = silenceOf(fields({ isAll: true, ends: "2026-11-20T15:30" }));

    expect({ symbols, ends_at, max_severity }).toEqual({
      symbols: undefined,
      ends_at: "2026-11-20T10:00:00.000Z",
      max_severity: "HIGH",
    });
  });
});
