import { describe, expect, it } from "vitest";
import type { Quote } from "./api/use-chain";
import { smileOf, strikesNear } from "./smile";

function quote(strike: number, side: "call" | "put", volatility: number | null, isOut = true): Quote {
  return { strike, option_type: side, implied_volatility: volatility, is_out_of_the_money: isOut } as Quote;
}

const QUOTES = [
  quote(120, "call", 0.25),
  quote(80, "put", 0.3),
  quote(80, "call", 0.2, false),
  quote(90, "put", null),
  quote(100, "call", 0.2),
];

describe("smileOf", () => {
  it("takes what is out of the money and has a volatility, by strike, in percent", () => {
    expect(smileOf(QUOTES).map(({ strike, volatility }) => [strike, volatility])).toEqual([
      [80, 30],
      [100, 20],
      [120, 25],
    ]);
  });
});

describe("strikesNear", () => {
  it("takes the strikes nearest to the forward, in order, with both sides", () => {
    const rows = strikesNear(QUOTES, 99, 3);

    expect(rows.map((row) => row.strike)).toEqual([80, 90, 100]);
    expect(rows[0]?.call?.is_out_of_the_money).toBe(false);
    expect(rows[1]?.call).toBeUndefined();
  });

  it("takes the middle strike where no forward is known", () => {
    expect(strikesNear(QUOTES, null, 1).map((row) => row.strike)).toEqual([100]);
  });
});
