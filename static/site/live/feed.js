// How the feed and the pipeline stand, in words.  Pure: times come in as milliseconds.
import { istMoment } from "./format.js";

const SILENCE_MS = 12000;
const STATES = {
  live: ["Connected", "open"], simulated: ["Connected", "open"], replay: ["Connected", "open"], closed: ["Feed ended", "wait"],
  stale: ["Feed silent", "wait"], stalled: ["Pipeline stopped", "lost"], frozen: ["Database away", "lost"], unknown: ["No feed yet", "wait"],
};
const BANNERS = {
  stale: (since) => `The feed has said nothing${since}.`,
  stalled: (since) => `Pipeline stopped${since}: nothing is scored.`,
  frozen: (since) => `The database does not answer: what is shown is frozen${since}.`,
  closed: (since) => `The feed has ended: nothing new${since}.`,
};

// Return the words of the pill, its state (open, wait, lost), the banner ("" for none) and whether nothing is heard.
export function feedView({ facts, heardMs, nowMs, isOpen, judgedMs, newestMs }) {
  const at = (ms) => `${istMoment.format(ms)} IST`;
  if (nowMs - heardMs > SILENCE_MS) {
    const asOf = newestMs ? ` Data as of ${at(newestMs)}.` : "";
    return { words: "Disconnected", state: "lost", banner: `Disconnected since ${at(heardMs)}.${asOf}`, isSilent: true };
  }
  const [words, state] = !isOpen || !facts ? ["Connecting…", "wait"] : (STATES[facts.feed_state] ?? STATES.unknown);
  const banner = facts ? BANNERS[facts.feed_state]?.(judgedMs ? ` since ${at(judgedMs)}` : "") : "";
  return { words, state, banner: banner ?? "", isSilent: false };
}

// The state of a record as of now: STALE as well where its run has been judged by nobody for that long, as
// risk/freshness.py has it.  The recorded time of a replay that has ended stands still.
export function stateNow(record, { run, judgedMs, facts, nowMs, staleAfterMs }) {
  const hasEnded = facts?.feed_state === "closed" && facts.source === "replay";
  const judged = record.run !== run ? 0 : hasEnded ? nowMs : (judgedMs ?? 0);
  const isOld = nowMs - Math.max(judged, Date.parse(record.timestamp)) > staleAfterMs;
  return isOld && /^(OK|PRIOR)$/.test(record.state) ? "STALE" : record.state;
}
