// The line at the top of the page: source, connection, session, lag and age of the data.
import { duration, istClock, istMoment, whole } from "./format.js";

const BADGES = { simulated: "SIMULATED", replay: "REPLAY", live: "LIVE DATA" };
const PHASES = { open: "Open", pre_open: "Pre-open", closing_auction: "Closing auction", post_close: "Post-close", closed: "Closed", not_covered: "Not in calendar" };
const byId = (id) => document.getElementById(id);

export function paintHeader({ view, facts, source, nowMs, clockMs, dataMs }) {
  document.body.classList.toggle("disconnected", view.isSilent);
  byId("clock").textContent = source === "replay" && clockMs ? istMoment.format(clockMs) : istClock.format(nowMs);
  byId("age").textContent = dataMs ? duration(nowMs - dataMs) : "–";
  byId("lag").textContent = facts?.pipeline_lag_ms == null ? "–" : `${whole.format(facts.pipeline_lag_ms)} ms`;
  byId("badge").textContent = BADGES[source] ?? "NO DATA";
  byId("badge").className = `badge ${source}`;
  byId("connection").dataset.state = view.state;
  byId("connection").lastElementChild.textContent = view.words;
  if (facts || view.isSilent) paintBanner(view.banner);  // until the first heartbeat what the server wrote holds
  if (facts) byId("session").textContent = sessionText(facts.session, source === "replay" ? clockMs : nowMs);
}

function paintBanner(words) {
  if (byId("banner").textContent !== words) byId("banner").textContent = words;
  byId("banner").hidden = !words;
}

function sessionText({ phase, until }, clockMs) {
  const left = until ? ` · ${phase === "open" ? "closes" : "next"} in ${duration(Date.parse(until) - clockMs)}` : "";
  return (PHASES[phase] ?? "Unknown") + left;
}
