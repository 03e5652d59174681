// The live page: applies the frames of the socket to the server-rendered table.
// State lives in a map; the screen is written once per animation frame.
import { Alerts } from "./alerts.js";
import { Connection } from "./connection.js";
import { feedView, stateNow } from "./feed.js";
import { three } from "./format.js";
import { paintHeader } from "./header.js";
import { Row } from "./row.js";
import { Sorting } from "./sorting.js";

const ANNOUNCE_MS = 5000;
const byId = (id) => document.getElementById(id);
const table = byId("risks"), staleAfterMs = Number(table.dataset.staleAfter) * 1000;
const rows = new Map(), dirty = new Set(), alerts = new Alerts(table.dataset.icons);
let facts = null, source = table.dataset.source, offsetMs = 0, newestMs = 0, dataAt = 0;
let run = Number(table.dataset.run) || null, judgedMs = Date.parse(table.dataset.judgedAt) || null, isScheduled = false, isPaused = false, hasSnapshot = false, announcedAt = 0;

const serverNow = () => Date.now() + offsetMs;
// A replay lives in its recorded time: its clock is the newest instant among what came last.
const clockOf = (of) => (of === "replay" && source === "replay" ? newestMs : serverNow());
const ageOf = (row) => (row.record ? Math.max(0, clockOf(row.record.source) - row.record.tickMs) : Infinity);
const isOfFeed = (row) => row.record.source === source;
// What another feed left behind says so, instead of passing for this one's.
function stateOf({ record }) {
  if (record.source !== source) return record.source.toUpperCase();
  return stateNow(record, { run, judgedMs, facts, nowMs: serverNow(), staleAfterMs });
}

for (const element of table.tBodies[0].querySelectorAll("tr[data-symbol]")) {
  const row = new Row(element, table.dataset.icons);
  rows.set(row.symbol, row);
  if (element.dataset.record) take(JSON.parse(element.dataset.record));
}
noteTime([...rows.values()].flatMap((row) => row.record ?? []));
const sorting = new Sorting(table, [...rows.values()], {
  symbol: (row) => row.symbol, price: (row) => row.record.price, change: (row) => row.record.change_percent ?? -Infinity,
  score: (row) => row.record.risk_score, move: (row) => row.record.expected_move, cost: (row) => row.record.protection_cost,
  state: (row) => stateOf(row), age: ageOf,
});

const HEAR = {
  heartbeat(frame) {
    facts = frame.data;
    offsetMs = Date.parse(facts.server_time) - Date.now();
    source = facts.source ?? source;
    run = facts.run ?? run;
    judgedMs = Date.parse(facts.judged_at) || judgedMs;
    paintClock();
  },
  snapshot(frame) {
    takeAll(frame.data);
    alerts.read(undefined, hasSnapshot && "the stream began anew."); // what lies between two streams is not told of
    hasSnapshot = true;
  },
  risk_batch(frame) {
    if (!frame.data.length) return;
    dataAt = Date.now();
    ({ source, run } = frame.data[0]);
    takeAll(frame.data);
    judgedMs = Math.max(judgedMs ?? 0, source === "replay" ? serverNow() : newestMs);
  },
  alert: (frame) => alerts.take(frame.data),
  gap: (frame) => alerts.read(frame.data.read, "some messages were missed."),
  config: () => location.reload(), // thresholds and marks come from the server
};
const connection = new Connection((frame) => HEAR[frame.type]?.(frame));

function take(record) {
  const row = rows.get(record.symbol);
  if (!row) return;
  const old = row.record;
  row.take(record);
  dirty.add(row);
  if (old && record.severity !== old.severity && /HIGH|CRITICAL/.test(record.severity)) announce(record);
}

function takeAll(records) {
  records.forEach(take);
  noteTime(records);
  schedule();
}

function noteTime(records) {
  const times = records.filter((record) => record.source === source).map((record) => Date.parse(record.timestamp));
  if (times.length) newestMs = Math.max(...times);
}

function schedule() {
  if (isScheduled) return;
  isScheduled = true;
  if (document.hidden) setTimeout(flush, 1000);
  else requestAnimationFrame(flush);
}

function flush() {
  isScheduled = false;
  if (isPaused) return;
  for (const row of dirty) row.paint();
  if (dirty.size) paintCounts();
  dirty.clear();
  sorting.sort();
}

function paintCounts() {
  const counts = {};
  for (const { record } of rows.values()) if (record) counts[record.severity] = (counts[record.severity] ?? 0) + 1;
  for (const item of document.querySelectorAll("[data-count]")) {
    const count = counts[item.dataset.count] ?? 0;
    item.querySelector("b").textContent = count;
    item.classList.toggle("zero", !count);
  }
}

function announce(record) {
  if (Date.now() - announcedAt < ANNOUNCE_MS) return;
  announcedAt = Date.now();
  byId("announcer").textContent = `${record.symbol} is ${record.severity}, score ${three.format(record.risk_score)}`;
}

function paintClock() {
  const nowMs = serverNow(), heardMs = connection.heardAt + offsetMs;
  const view = feedView({ facts, heardMs, nowMs, isOpen: connection.isOpen, judgedMs, newestMs });
  paintHeader({ view, facts, source, nowMs, clockMs: newestMs, dataMs: dataAt && dataAt + offsetMs });
  if (!isPaused) paintStates();
}

function paintStates() {
  for (const row of rows.values()) {
    if (!row.record) continue;
    const state = stateOf(row);
    row.paintState(state, ageOf(row), state === "STALE" || !isOfFeed(row));
  }
}

function pause() {
  isPaused = !isPaused;
  byId("pause").setAttribute("aria-pressed", String(isPaused));
  byId("pause").textContent = isPaused ? "Paused" : "Pause";
  schedule();
}
byId("pause").hidden = false;
byId("pause").addEventListener("click", pause);
document.addEventListener("keydown", (event) => {
  if (event.key === "p" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select")) pause();
});
setInterval(paintClock, 1000);
connection.open();
