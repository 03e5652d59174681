// One symbol's row: writes only what differs from what is shown.
import { duration, three, two } from "./format.js";

const FLASH_MS = 1000;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Row {
  record = null;
  #shown = {};
  #flashedAt = 0;
  #cells = {};

  constructor(element, icons) {
    const pick = (selector) => element.querySelector(selector);
    this.element = element;
    this.symbol = element.dataset.symbol;
    this.icons = icons;
    this.#cells = {
      price: pick(".price"), change: pick(".change"), figure: pick(".figure"), fill: pick(".fill"), sev: pick(".sev"), icon: pick(".sev use"),
      word: pick(".sev span"), move: pick(".move"), cost: pick(".cost"), state: pick(".state"), age: pick("td.age"),
    };
  }

  take(record) {
    this.record = { ...record, tickMs: Date.parse(record.tick_time) };
  }

  paint() {
    const r = this.record, cells = this.#cells, change = r.change_percent;
    const hasMoved = this.#put("price", two.format(r.price));
    const arrow = change > 0 ? "▲ +" : change < 0 ? "▼ −" : "";
    this.#put("change", change === null ? "–" : arrow + two.format(Math.abs(change)));
    cells.change.className = `n change ${change > 0 ? "up" : change < 0 ? "down" : ""}`;
    this.#put("figure", three.format(r.risk_score));
    cells.fill.setAttribute("width", (100 * r.risk_score).toFixed(1));
    if (this.#put("word", r.severity)) {
      cells.icon.setAttribute("href", `${this.icons}#${r.severity}`);
      cells.fill.setAttribute("class", `fill ${r.severity}`);
      cells.sev.className = `sev ${r.severity}`;
    }
    this.#put("move", `± ${two.format(r.expected_move)}`);
    this.#put("cost", three.format(r.protection_cost));
    if (hasMoved) this.#flash();
  }

  paintState(state, ageMs, isStale) {
    this.#put("age", duration(ageMs));
    if (this.#put("state", state)) this.#cells.state.className = `state ${state}`;
    this.element.classList.toggle("stale", isStale);
  }

  #put(key, text) {
    if (this.#shown[key] === text) return false;
    this.#shown[key] = text;
    this.#cells[key].textContent = text;
    return true;
  }

  #flash() {
    const now = performance.now();
    if (still.matches || now - this.#flashedAt < FLASH_MS) return;
    this.#flashedAt = now;
    const colour = getComputedStyle(document.documentElement).getPropertyValue("--flash");
    this.#cells.price.animate([{ backgroundColor: colour }, { backgroundColor: "transparent" }], { duration: 700 });
  }
}
