// The one socket: connects again with growing waits, and says what it had so that the server can resume.
import { Numbering } from "./numbering.js";

const FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 15000, NOT_SIGNED_IN = 4401;

export class Connection {
  heardAt = Date.now();
  #numbering = new Numbering();
  #socket = null;
  #tries = 0;
  #hear;

  // `hear` is called with each frame that is to be applied, in order.
  constructor(hear) {
    this.#hear = hear;
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#socket = new WebSocket(`${scheme}://${location.host}/ws/risk-stream`, ["risk-stream"]);
    this.#socket.addEventListener("open", () => this.#subscribe());
    this.#socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    this.#socket.addEventListener("close", (event) => this.#closed(event.code));
  }

  #subscribe() {
    this.#socket.send(JSON.stringify(this.#numbering.subscription()));
  }

  #receive(frame) {
    this.heardAt = Date.now();
    const verdict = this.#numbering.judge(frame);
    if (verdict === "ask") this.#subscribe();
    if (verdict !== "apply") return;
    this.#tries = 0;
    this.#hear(frame);
  }

  #closed(code) {
    if (code === NOT_SIGNED_IN) {
      location.reload();
      return;
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries++);
    setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2));
  }
}
