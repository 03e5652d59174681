import { describe, expect, it } from "vitest";
import { addsUp, waterfallOf } from "./waterfall";

// By hand: 0.30 + 0.40 − 0.05 + 0.01 = 0.66.
const PARTS = { base: 0.3, calendar: 0.01, jump: -0.05, recent_moves: 0.4 };

describe("waterfallOf", () => {
  it("begins at the base and lets each family begin where the one before ended, the largest first", () => {
    const { base, steps, sum } = waterfallOf(PARTS);

    expect(base).toBe(0.3);
    expect(steps.map((step) => step.name)).toEqual(["recent_moves", "jump", "calendar"]);
    expect(steps.map((step) => step.from)[1]).toBeCloseTo(0.7);
    expect(steps.map((step) => step.to)[1]).toBeCloseTo(0.65);
    expect(sum).toBeCloseTo(0.66);
  });

  it("adds up to the score to its six decimals, and says when it does not", () => {
    expect(addsUp(waterfallOf(PARTS), 0.660001)).toBe(true);
    expect(addsUp(waterfallOf(PARTS), 0.6601)).toBe(false);
  });
});
