import { describe, expect, it } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { applyMessage, EMPTY, type StreamState } from "./apply-message";
import type { Frame } from "./messages";

const HEARD = Date.parse("2026-11-20T05:00:01.000Z");
const heard = (...frames: Frame[]): StreamState =>
  frames.reduce((state, frame) => applyMessage(state, frame, HEARD).state, EMPTY);
const snapshot = { ...FRAMES.snapshot, seq: 40 };

describe("applyMessage", () => {
  it("gives with snapshot and batch what a later snapshot gives", () => {
    const empty = { ...snapshot, data: [] };

    expect(heard(empty, FRAMES.batch).records).toEqual(heard(FRAMES.snapshot).records);
  });

  it("replaces what a snapshot no longer holds", () => {
    const { records } = heard(FRAMES.snapshot, { ...snapshot, seq: 50, data: [FRAMES.batch.data[1]!] });

    expect([...records.keys()]).toEqual(["M&M"]);
  });

  it("names the symbols that a batch changes and leaves the others the same object", () => {
    const before = heard(FRAMES.snapshot);
    const { state, symbols } = applyMessage(before, FRAMES.liveBatch, HEARD);

    expect(symbols).toEqual(["NIFTY"]);
    expect(state.records.get("NIFTY")?.price).toBe(24313.05);
    expect(state.records.get("M&M")).toBe(before.records.get("M&M"));
  });

  it("never changes the state that it was given", () => {
    const before = heard(FRAMES.snapshot);
    const records = new Map(before.records);

    applyMessage(before, FRAMES.liveBatch, HEARD);

    expect(before.records).toEqual(records);
  });

  it("asks anew when a batch begins after what is known", () => {
    const { verdict, state } = applyMessage(heard(snapshot), { ...FRAMES.batch, prev: 41, seq: 43 }, HEARD);

    expect(verdict).toBe("ask");
    expect(state.records.get("NIFTY")?.id).toBe(1001);
  });

  it("asks anew when an alert's number jumps", () => {
    expect(applyMessage(heard(snapshot), FRAMES.alert, HEARD).verdict).toBe("ask");
  });

  it("asks anew when another stream speaks", () => {
    expect(applyMessage(heard(snapshot), { ...FRAMES.batch, stream: "other" }, HEARD).verdict).toBe("ask");
  });

  it("passes over an alert that came twice", () => {
    const state = heard(FRAMES.snapshot, FRAMES.alert);

    expect(applyMessage(state, FRAMES.alert, HEARD).verdict).toBe("pass");
  });

  it("passes over everything until a subscription is answered", () => {
    expect(applyMessage(EMPTY, FRAMES.batch, HEARD).verdict).toBe("pass");
    expect(applyMessage(EMPTY, FRAMES.update, HEARD).verdict).toBe("pass");
  });

  it("keeps an alert while its episode goes on and lets it go at its end", () => {
    const firing = heard(FRAMES.snapshot, FRAMES.alert);
    const end = { ...FRAMES.alert, seq: 44, data: { ...FRAMES.alert.data, phase: "ended" as const } };

    expect(firing.alerts.get(17)?.symbol).toBe("M&M");
    expect(applyMessage(firing, end, HEARD).state.alerts.size).toBe(0);
  });

  it("asks for alerts to be read again after a snapshot and after a gap", () => {
    expect(heard(FRAMES.snapshot).alertReads).toBe(1);
    expect(heard(FRAMES.snapshot, { ...FRAMES.gap, seq: 42 }).alertReads).toBe(2);
  });

  it("takes the thresholds that a configuration message names", () => {
    expect(heard(FRAMES.snapshot, { ...FRAMES.config, seq: 43 }).config).toEqual(FRAMES.config.data);
  });

  it("goes on behind a choice of the source, which has a number of its own", () => {
    const chosen = heard({ ...snapshot, seq: 44 }, FRAMES.source);
    const { verdict, state } = applyMessage(chosen, { ...FRAMES.batch, prev: 45, seq: 46 }, HEARD);

    expect(chosen.choice).toEqual(FRAMES.source.data);
    expect([verdict, state.position.seq]).toEqual(["apply", 46]);
  });

  it("counts an event that it does not know", () => {
    const news = { type: "news", data: {}, seq: 41, stream: snapshot.stream } as unknown as Frame;
    const { verdict, state } = applyMessage(heard(snapshot), news, HEARD);

    expect([verdict, state.position.seq]).toEqual(["apply", 41]);
  });

  it("learns the clock of the server and the feed from a heartbeat, also before any snapshot", () => {
    const state = heard(FRAMES.heartbeat);

    expect(state.offsetMs).toBe(-588);
    expect(state).toMatchObject({ source: "simulated", run: 1, judgedMs: Date.parse("2026-11-20T05:00:00.250Z") });
  });

  it("follows the newest run, not what an older one left behind", () => {
    const old = { ...FRAMES.batch.data[1]!, run: 0, source: "replay" };
    const state = heard(FRAMES.heartbeat, { ...FRAMES.snapshot, data: [old, FRAMES.batch.data[0]!] });

    expect(state).toMatchObject({ source: "simulated", run: 1 });
  });
});
