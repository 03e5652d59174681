import { describe, expect, it } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { applyMessage, EMPTY, type StreamState } from "./apply-message";
import { EventLog, happeningsOf } from "./event-log";
import type { Frame, RiskUpdate } from "./messages";

const HEARD = Date.parse("2026-11-20T05:00:01.000Z");
const after = (state: StreamState, frame: Frame) => applyMessage(state, frame, HEARD).state;
const started = after(EMPTY, FRAMES.snapshot);
const [nifty] = FRAMES.snapshot.data as [RiskUpdate];

function happenings(frame: Frame, before = started) {
  return happeningsOf(before, after(before, frame), frame);
}

function batch(changes: Partial<RiskUpdate>): Frame {
  return { ...FRAMES.batch, prev: 42, seq: 43, data: [{ ...nifty, ...changes }] };
}

describe("happeningsOf", () => {
  it("tells of a severity that changed, and not of one that did not", () => {
    expect(happenings(batch({ severity: "CRITICAL", risk_score: 0.95 }))).toMatchObject([
      { kind: "severity", before: "HIGH", isLate: false, record: { symbol: "NIFTY", severity: "CRITICAL" } },
    ]);
    expect(happenings(batch({ risk_score: 0.82 }))).toEqual([]);
  });

  it("tells of a state that changed", () => {
    expect(happenings(batch({ state: "STALE" }))).toMatchObject([{ kind: "state", before: "OK" }]);
  });

  it("makes nothing up from a first snapshot", () => {
    expect(happeningsOf(EMPTY, started, FRAMES.snapshot)).toEqual([]);
  });

  it("says of what a later snapshot shows that it was found late", () => {
    const waiting = { ...started, position: { ...started.position, isAwaiting: true } };
    const frame: Frame = { ...FRAMES.snapshot, seq: 60, data: [{ ...nifty, severity: "LOW" }] };

    expect(happenings(frame, waiting)).toMatchObject([{ kind: "severity", before: "HIGH", isLate: true }]);
  });

  it("compares nothing across runs, and tells that a run began", () => {
    expect(happenings(batch({ run: 2, severity: "LOW" }))).toEqual([
      { kind: "connection", what: "run", run: 2, source: "simulated" },
    ]);
  });

  it("tells of alerts, configuration, gaps and of a feed that stands otherwise", () => {
    const beaten = after(started, FRAMES.heartbeat);
    const stale: Frame = { ...FRAMES.heartbeat, data: { ...FRAMES.heartbeat.data, feed_state: "stale" } };

    expect(happenings(FRAMES.alert)[0]).toMatchObject({ kind: "alert", alert: { id: 17 } });
    expect(happenings(FRAMES.config)[0]).toMatchObject({ kind: "config" });
    expect(happenings(FRAMES.gap)[0]).toMatchObject({ kind: "connection", what: "gap" });
    expect(happenings(FRAMES.heartbeat)).toEqual([]);
    expect(happenings(stale, beaten)).toEqual([
      { kind: "connection", what: "feed", state: "stale", before: "simulated" },
    ]);
  });
});

describe("EventLog", () => {
  const config = { kind: "config" as const, config: FRAMES.config.data };

  it("numbers what it is told, and knows from when on", () => {
    const log = new EventLog();
    log.begin(1000);
    log.begin(3000);
    log.add([config, config], 2000);

    expect(log.now.events.map((event) => event.id)).toEqual([1, 2]);
    expect(log.now.sinceMs).toBe(1000);
    expect(log.now.hasForgotten).toBe(false);
  });

  it("is bounded, and then says that it is complete from the oldest that it kept", () => {
    const log = new EventLog(3);
    log.begin(0);
    for (let at = 1; at <= 5; at++) log.add([config], at);

    expect(log.now.events.map((event) => event.id)).toEqual([3, 4, 5]);
    expect(log.now.hasForgotten).toBe(true);
    expect(log.now.sinceMs).toBe(3);
  });
});
