import { describe, expect, it } from "vitest";
import type { Rule } from "./queries";
import { levelsOf, meaningOf, scopeOf } from "./wording";

const rule = (changes: Partial<Rule>) => ({ rises: true, settings: {}, meaning: "", ...changes }) as Rule;

describe("a rule in words", () => {
  it("says its levels with unit and window", () => {
    const breaker = rule({ kind: "market_breaker_distance", rises: false, enter: 4, exit: 5, window: "10" });

    expect(levelsOf(breaker)).toBe("down to 4, ends beyond 5 % of the last close (10 %)");
    expect(levelsOf(rule({ kind: "volatility_jump", enter: 2.2, exit: 1.6 }))).toBe("from 2.2, ends beyond 1.6 ratio");
  });

  it("says the settings that stand for a built-in rule's levels, and the unknown as unknown", () => {
    const lag = rule({ kind: "pipeline_lag", enter: null, exit: null, settings: { lag_alert_seconds: 5 } });

    expect(levelsOf(lag)).toBe("from 5 s, ends below – s");
    expect(levelsOf(rule({ kind: "feed_stopped", enter: null, exit: null }))).toContain("watchdog");
  });

  it("puts its window where the kind leaves it open", () => {
    expect(meaningOf(rule({ meaning: "the breaker at `window` percent", window: "10" }))).toBe(
      "the breaker at 10 percent",
    );
  });

  it("says whom it judges, and when", () => {
    expect(scopeOf(rule({}))).toBe("All symbols");
    expect(scopeOf(rule({ symbols: ["NIFTY", "TCS", "INFY"] }))).toBe("NIFTY and 2 more");
    expect(scopeOf(rule({ exchange: "NSE", schedule: ["closing"] }))).toBe("NSE; closing of the session");
  });
});
