import { describe, expect, it } from "vitest";
import { byFamily, isUnusual, type Reading } from "./feature-rows";

const READING: Reading = {
  value: 1,
  n: 15,
  coverage: 1,
  age: 0,
  family: "recent moves",
  unit: "deviations",
  window: "15 min",
  normal: 0,
  rank: 0.5,
  rank_minutes: 375,
};

describe("byFamily", () => {
  it("groups what is known and names what is not", () => {
    const { families, unknown } = byFamily({
      move_z_15: READING,
      atm_iv: { ...READING, value: null, family: "option market" },
      jump_share_15: { ...READING, family: "jump" },
      move_z_60: READING,
    });

    expect(families.map(({ family, rows }) => [family, rows.map((row) => row.name)])).toEqual([
      ["recent moves", ["move_z_15", "move_z_60"]],
      ["jump", ["jump_share_15"]],
    ]);
    expect(unknown).toEqual(["atm_iv"]);
  });
});

describe("isUnusual", () => {
  it("judges deviations by their number, whatever their rank", () => {
    expect(isUnusual({ ...READING, value: -2.1 })).toBe(true);
    expect(isUnusual({ ...READING, value: 1.9, rank: 0.99 })).toBe(false);
  });

  it("judges the rest by where it stands among the minutes before, and not without them", () => {
    const share = { ...READING, unit: "share of variance" };

    expect(isUnusual({ ...share, rank: 0.98 })).toBe(true);
    expect(isUnusual({ ...share, rank: 0.9 })).toBe(false);
    expect(isUnusual({ ...share, rank: null })).toBe(false);
  });
});
