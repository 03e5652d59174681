// Runs the pure modules of the live page and writes what they answer; test_live_scripts.py knows what is right.
import { feedView, stateNow } from "/static/site/live/feed.js";
import { Numbering } from "/static/site/live/numbering.js";

const A = "a", B = "b", MINUTE = 60000, NOON = Date.parse("2026-11-20T06:30:00Z");
const snapshot = (seq, stream = A) => ({ type: "snapshot", seq, stream, data: [] });
const batch = (prev, seq, stream = A, live = false) => ({ type: "risk_batch", prev, seq, stream, live, data: [] });
const event = (type, seq, stream = A) => ({ type, seq, stream, data: {} });
const update = (seq) => ({ type: "risk_update", seq, stream: A, data: {} });

// Judges frames in order; "subscribe" and "drop" (a new connection) stand for what happens between them.
function story(...steps) {
  const numbering = new Numbering();
  return steps.map((step) => (step === "subscribe" ? numbering.subscription() : numbering.judge(step)));
}

const view = (facts, change = {}) =>
  feedView({ facts, heardMs: NOON, nowMs: NOON + 1000, isOpen: true, judgedMs: NOON - MINUTE, newestMs: NOON - MINUTE, ...change });
const state = (record, change = {}) =>
  stateNow(
    { run: 1, state: "OK", timestamp: "2026-11-20T06:20:00Z", ...record },
    { run: 1, judgedMs: NOON, facts: null, nowMs: NOON, staleAfterMs: MINUTE, ...change },
  );

const answers = {
  first: story("subscribe", update(3), event("heartbeat", 3), snapshot(4), batch(4, 6), batch(6, 6, A, true), event("alert", 7)),
  hole: story("subscribe", snapshot(4), batch(6, 8), "subscribe", batch(4, 8)),
  holeBeforeAnAlert: story("subscribe", snapshot(4), event("alert", 6), "subscribe", event("alert", 5), event("alert", 6), batch(6, 7)),
  back: story("subscribe", snapshot(4), "subscribe", update(9), event("alert", 9), event("alert", 5), event("alert", 5), batch(5, 9)),
  backToNothingNew: story("subscribe", snapshot(4), "subscribe", batch(4, 4), batch(4, 5)),
  elsewhere: story("subscribe", snapshot(4), "subscribe", batch(0, 2, B), snapshot(2, B), batch(2, 3, B)),
  gap: story("subscribe", snapshot(4), snapshot(9), event("gap", 9), batch(9, 10)),
  gapWhenBack: story("subscribe", snapshot(4), "subscribe", event("gap", 4), event("alert", 9), batch(4, 8), event("alert", 9)),
  views: Object.fromEntries(
    ["live", "simulated", "replay", "stale", "stalled", "frozen", "closed", "unknown"].map((feed_state) => [feed_state, view({ feed_state })]),
  ),
  connecting: view({ feed_state: "live" }, { isOpen: false }),
  silent: view({ feed_state: "live" }, { nowMs: NOON + 12001 }),
  judged: state({}),
  notJudged: state({}, { judgedMs: NOON - MINUTE - 1 }),
  closedMarket: state({ state: "CLOSED" }, { judgedMs: 0 }),
  earlierRun: state({ run: 0 }),
  justStored: state({ run: 0, timestamp: "2026-11-20T06:29:30Z" }),
  replayEnded: state({}, { judgedMs: 0, facts: { feed_state: "closed", source: "replay" } }),
  simulationEnded: state({}, { judgedMs: 0, facts: { feed_state: "closed", source: "simulated" } }),
};
document.getElementById("answers").textContent = JSON.stringify(answers);
