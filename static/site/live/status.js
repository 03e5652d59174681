// The operators' board: fetched again with each heartbeat, and when the server falls silent the page says so.
import { Connection } from "./connection.js";
import { istMoment } from "./format.js";

const SILENCE_MS = 12000;
const byId = (id) => document.getElementById(id);
let isAsking = false, problem = "";

const connection = new Connection((frame) => {
  if (frame.type === "heartbeat" || frame.type === "config") refresh();
});

async function refresh() {
  if (isAsking || document.hidden) return;
  isAsking = true;
  try {
    const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (response.redirected) location.reload(); // signed out
    if (!response.ok) throw new Error(`answer ${response.status}`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    keepScroll(() => byId("board").replaceChildren(...page.getElementById("board").childNodes));
    problem = "";
  } catch (failure) {
    problem = `The board cannot be read (${failure.message}).`;
  }
  isAsking = false;
  paint();
}

// A region that somebody has scrolled sideways, or stands in with the keyboard, stays where it is.
function keepScroll(change) {
  const regions = () => [...byId("board").querySelectorAll(".scroll")];
  const places = regions().map((region) => [region.scrollLeft, region === document.activeElement]);
  change();
  regions().forEach((region, place) => {
    const [left, hasFocus] = places[place] ?? [0, false];
    region.scrollLeft = left;
    if (hasFocus) region.focus({ preventScroll: true });
  });
}

function paint() {
  const isSilent = Date.now() - connection.heardAt > SILENCE_MS;
  const since = `Disconnected since ${istMoment.format(connection.heardAt)} IST: the board is as of then.`;
  const words = isSilent ? since : problem;
  const pill = byId("connection"), banner = byId("banner");
  document.body.classList.toggle("disconnected", isSilent);
  pill.dataset.state = isSilent ? "lost" : connection.isOpen && !problem ? "open" : "wait";
  pill.lastElementChild.textContent = isSilent ? "Disconnected" : connection.isOpen ? "Connected" : "Connecting…";
  if (banner.textContent !== words) banner.textContent = words;
  banner.hidden = !words;
}

document.addEventListener("visibilitychange", refresh);
setInterval(paint, 1000);
connection.open();
