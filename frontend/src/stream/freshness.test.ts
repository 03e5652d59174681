import { describe, expect, it } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { ageMs, stateNow } from "./freshness";

// The same cases as risk/tests for risk/freshness.py: the later of record and judgement, 60 s.
const record = FRAMES.batch.data[0]!;
const at = Date.parse(record.timestamp);
const facts = { run: 1, judgedMs: at, heartbeat: null, source: "simulated", newestMs: at };

describe("stateNow", () => {
  it("holds while the pipeline goes on judging the run", () => {
    expect(stateNow(record, { ...facts, judgedMs: at + 100_000 }, at + 120_000, 60_000)).toBe("OK");
  });

  it("is STALE where nobody has judged the run for longer than the patience", () => {
    expect(stateNow(record, facts, at + 60_000, 60_000)).toBe("OK");
    expect(stateNow(record, facts, at + 60_001, 60_000)).toBe("STALE");
  });

  it("does not count the judgement of another run", () => {
    expect(stateNow(record, { ...facts, run: 2, judgedMs: at + 100_000 }, at + 120_000, 60_000)).toBe("STALE");
  });

  it("leaves a closed or halted market as it is", () => {
    expect(stateNow({ ...record, state: "HALTED" }, facts, at + 999_999, 60_000)).toBe("HALTED");
  });

  it("names the source of a record that another feed left behind", () => {
    expect(stateNow({ ...record, source: "replay" }, facts, at, 60_000)).toBe("REPLAY");
  });

  it("lets nothing go stale in a replay that has ended", () => {
    const heartbeat = { ...FRAMES.heartbeat.data, feed_state: "closed" as const, source: "replay" };
    const replay = { ...record, source: "replay" };

    expect(stateNow(replay, { ...facts, source: "replay", heartbeat }, at + 999_999, 60_000)).toBe("OK");
  });
});

describe("ageMs", () => {
  it("counts from the tick to now", () => {
    expect(ageMs(record, facts, at + 1000)).toBe(1300);
  });

  it("counts in recorded time in a replay", () => {
    expect(ageMs({ ...record, source: "replay" }, facts, at + 86_400_000)).toBe(300);
  });
});
