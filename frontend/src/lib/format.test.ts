import { describe, expect, it } from "vitest";
import { duration, istMoment, lag, makeFormat, UNKNOWN } from "./format";

// Expected texts by hand: the Indian grouping is 3 digits, then 2 and 2.
const indian = makeFormat("indian");
const international = makeFormat("international");

describe("numbers", () => {
  it("groups in lakh and crore, or in thousands", () => {
    expect(indian.price(1234567.891)).toBe("12,34,567.89");
    expect(international.price(1234567.891)).toBe("1,234,567.89");
  });

  it("prints signs, with a true minus", () => {
    expect(indian.signed(2.104)).toBe("+2.10");
    expect(indian.signed(-2.106)).toBe("\u22122.11");
    expect(indian.percent(-0.5)).toBe("\u22120.50 %");
  });

  it("gives no sign to what rounds to zero", () => {
    expect(indian.signed(-0.001)).toBe("0.00");
  });

  it("says that a value is unknown instead of inventing one", () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
      expect(indian.price(value)).toBe(UNKNOWN);
  });

  it("shortens money to crore and lakh, or to billions and millions", () => {
    expect(indian.money(12_500_000)).toBe("₹ 1.25 cr");
    expect(indian.money(340_000)).toBe("₹ 3.40 lakh");
    expect(international.money(2_500_000)).toBe("₹ 2.50 m");
    expect(indian.money(99.5)).toBe("₹ 99.50");
  });
});

describe("times", () => {
  it("shows instants in IST, half an hour off the hour", () => {
    expect(istMoment(Date.parse("2026-11-20T18:45:00Z"))).toBe("21 Nov 2026, 00:15:00 IST");
  });

  it.each([
    [-5, "0 s"],
    [59_999, "59 s"],
    [245_000, "4:05 min"],
    [7_390_000, "2:03:10 h"],
    [3 * 86_400_000, "3 days"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it("writes a lag in the unit that fits, and an unknown one as unknown", () => {
    expect([lag(38.4), lag(1440), lag(null)]).toEqual(["38 ms", "1.4 s", UNKNOWN]);
  });
});
