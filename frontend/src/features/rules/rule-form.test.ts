import { describe, expect, it } from "vitest";
import type { Rule } from "./queries";
import { fieldsOf, NEW_RULE, type RuleFields, ruleForm, valuesOf } from "./rule-form";

const drawdown: RuleFields = { ...NEW_RULE, key: "deep", enter: "5", exit: "4", reason: "why" };
const problems = (changes: Partial<RuleFields>) => {
  const read = ruleForm.safeParse({ ...drawdown, ...changes });
  return read.success ? [] : read.error.issues.map((issue) => issue.path[0]);
};

describe("the form of a rule", () => {
  it("takes a rule that can be meant", () => {
    expect(problems({})).toEqual([]);
  });

  it.each([
    [{ key: "9lives" }, "key"],
    [{ enter: "" }, "enter"],
    [{ exit: "6" }, "exit"],
    [{ kind: "market_breaker_distance", enter: "4", exit: "3" }, "exit"],
    [{ keep: "1.5" }, "keep"],
    [{ pending: "3601" }, "pending"],
    [{ schedule: [] }, "schedule"],
    [{ scope: "symbols", symbols: " , " }, "symbols"],
    [{ reason: " " }, "reason"],
  ] as const)("refuses %o at %s", (changes, name) => {
    expect(problems(changes as Partial<RuleFields>)).toEqual([name]);
  });

  it("falls to its level where the measure falls", () => {
    expect(problems({ kind: "market_breaker_distance", enter: "4", exit: "5" })).toEqual([]);
  });

  it("says symbols once, in capitals, and no window of another kind", () => {
    const values = valuesOf({ ...drawdown, kind: "volatility_jump", scope: "symbols", symbols: "nifty, M&M nifty" });

    expect(values).toMatchObject({ symbols: ["NIFTY", "M&M"], exchange: "", window: "" });
  });

  it("gives a built-in rule no levels of its own", () => {
    const score = { key: "score", kind: "score", severity: "MEDIUM", enabled: true, is_built_in: true } as Rule;

    expect(Object.keys(valuesOf(fieldsOf(score)))).not.toContain("enter");
  });

  it("gives back the rule that it was filled from", () => {
    const rule = {
      key: "breaker_near",
      kind: "market_breaker_distance",
      severity: "HIGH",
      enabled: true,
      exchange: "NSE",
      symbols: [],
      enter: 4,
      exit: 5,
      pending_seconds: 0,
      keep_seconds: 300,
      window: "10",
      schedule: ["middle", "closing"],
    };

    expect(valuesOf(fieldsOf({ ...rule, is_built_in: false } as unknown as Rule))).toEqual(rule);
  });
});
