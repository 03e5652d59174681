import { describe, expect, it } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { Trails } from "./trails";

const record = FRAMES.batch.data[0]!;
const at = (seconds: number, more: { run?: number; risk_score?: number } = {}) => {
  const timestamp = new Date(Date.parse(record.timestamp) + 1000 * seconds).toISOString();
  return { ...record, timestamp, ...more };
};
const scores = (...updates: ReturnType<typeof at>[]) => {
  const trails = new Trails();
  for (const update of updates) trails.add(update);
  return trails.of(record.symbol).map(({ score }) => score);
};

describe("Trails", () => {
  it("keeps one point a second, the newest of it", () => {
    const updates = [0, 0.25, 0.5, 1.25, 2.5].map((seconds) => at(seconds, { risk_score: seconds }));

    expect(scores(...updates)).toEqual([0, 0.5, 1.25, 2.5]);
  });

  it("is not thrown away by a stored record that comes behind a live value", () => {
    expect(scores(at(0, { risk_score: 0.1 }), at(2, { risk_score: 0.2 }), at(1, { risk_score: 0.9 }))).toEqual([
      0.1, 0.2,
    ]);
  });

  it("begins anew with another run", () => {
    expect(scores(at(0, { risk_score: 0.1 }), at(-9, { risk_score: 0.2, run: 2 }))).toEqual([0.2]);
  });

  it("holds three minutes", () => {
    expect(scores(...Array.from({ length: 400 }, (_, second) => at(2 * second)))).toHaveLength(180);
  });
});
