import { describe, expect, it } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { nextSort, ordered } from "./sorting";

const records = new Map(FRAMES.batch.data.map((record) => [record.symbol, record]));
const symbols = ["ATLANTIS", "M&M", "NIFTY"];

describe("ordered", () => {
  it("sorts by the column, whoever has no record last either way", () => {
    expect(ordered(symbols, records, { column: "score", isDescending: true })).toEqual(["NIFTY", "M&M", "ATLANTIS"]);
    expect(ordered(symbols, records, { column: "score", isDescending: false })).toEqual(["M&M", "NIFTY", "ATLANTIS"]);
  });

  it("sorts equals by name, so that the order does not tremble", () => {
    expect(ordered(symbols, records, { column: "change", isDescending: true })).toEqual(["M&M", "NIFTY", "ATLANTIS"]);
  });
});

describe("nextSort", () => {
  it("turns the same column around and begins another one with the highest", () => {
    expect(nextSort({ column: "score", isDescending: true }, "score")).toEqual({
      column: "score",
      isDescending: false,
    });
    expect(nextSort({ column: "score", isDescending: true }, "age")).toEqual({ column: "age", isDescending: true });
  });
});
