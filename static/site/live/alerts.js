// The alerts that fire: read once, kept by their messages, and read again when some were missed.
import { istClock } from "./format.js";

const MOST_SHOWN = 8, AGAIN_MS = 5000, ADDRESS = "/api/v1/alerts/";

export class Alerts {
  #firing = new Map();
  #list = document.getElementById("alerts-list");
  #note = document.getElementById("alerts-note");
  #icons;
  #since = null; // what was told while the list was being read

  constructor(icons) {
    this.#icons = icons;
  }

  // `why` is said beside the list when it has been read; what cannot be read is said too, and tried again.
  async read(address = ADDRESS, why = "") {
    this.#since = [];
    try {
      const response = await fetch(`${address}?phase=firing`, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(`answer ${response.status}`);
      this.#firing = new Map((await response.json()).results.map((alert) => [alert.id, alert]));
      this.#since?.forEach((alert) => this.#keep(alert));
      this.#since = null;
      this.#paint(why && `Read again at ${istClock.format(Date.now())} IST: ${why}`);
    } catch (problem) {
      this.#note.textContent = `Alerts cannot be read (${problem.message}); trying again.`;
      setTimeout(() => this.read(address, why), AGAIN_MS);
    }
  }

  take(alert) {
    this.#since?.push(alert);
    this.#keep(alert);
    this.#paint(this.#note.textContent);
  }

  #keep(alert) {
    if (alert.phase === "firing") this.#firing.set(alert.id, alert);
    else this.#firing.delete(alert.id);
  }

  #paint(note) {
    const newest = [...this.#firing.values()].sort((a, b) => b.id - a.id);
    this.#list.replaceChildren(...newest.slice(0, MOST_SHOWN).map((alert) => this.#item(alert)));
    document.getElementById("alerts-count").textContent = newest.length;
    this.#note.textContent = note || "";
  }

  #item(alert) {
    const item = document.createElement("li"), icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = icon.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "use"));
    use.setAttribute("href", `${this.#icons}#${alert.severity}`);
    icon.setAttribute("aria-hidden", "true");
    item.className = `sev ${alert.severity}`;
    const what = alert.summary || `${alert.symbol} is ${alert.severity}`;
    item.append(icon, ` ${istClock.format(Date.parse(alert.opened_at))} ${what}`, alert.status === "open" ? "" : ` (${alert.status})`);
    return item;
  }
}
