import type { Frame, Subscription } from "./messages";

/** How the socket stands. `waiting` tries again at `retryAtMs`; `ended` does not try again by itself. */
export type ConnectionState =
  | { kind: "connecting" }
  | { kind: "open" }
  | { kind: "waiting"; retryAtMs: number; reason: string }
  | { kind: "ended"; why: "signed-out" | "refused"; reason: string };

interface Wires {
  onFrame: (frame: Frame) => void;
  onState: (state: ConnectionState) => void;
  subscription: () => Subscription;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Close codes of docs/stream.md, in words for people. */
const REASONS: Record<number, string> = {
  4400: "the server did not understand this page",
  4401: "you are not signed in any more",
  4403: "this address or your role may not open the stream",
  4404: "the server knows no such stream",
  4408: "more than 20 pages of yours are open",
  4410: "this page was too slow to read",
  4413: "a message of this page was too long",
  4429: "this page asked too often",
  4503: "the server's store is away",
};
/** After these, trying again by itself would change nothing. */
const ENDS: Record<number, "signed-out" | "refused"> = { 4401: "signed-out", 4403: "refused", 4404: "refused" };

/** The one socket: connects again with growing waits and says what it had, so that the server can resume. */
export class Connection {
  heardAtMs = Date.now();
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  readonly #wires: Wires;

  constructor(wires: Wires) {
    this.#wires = wires;
  }

  open = (): void => {
    clearTimeout(this.#timer);
    this.#drop();
    this.#wires.onState({ kind: "connecting" });
    const socket = new WebSocket(address(), ["risk-stream"]);
    this.#socket = socket;
    socket.addEventListener("open", this.ask);
    // A socket that was replaced must not speak for the one that came after it.
    const ifOurs = (act: () => void) => socket === this.#socket && act();
    socket.addEventListener("message", (event) => ifOurs(() => this.#receive(event.data as string)));
    socket.addEventListener("close", (event) => ifOurs(() => this.#closed(event.code)));
  };

  /** Ask for everything after what this page has had. */
  ask = (): void => {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(this.#wires.subscription()));
  };

  close(): void {
    clearTimeout(this.#timer);
    this.#drop();
  }

  #drop(): void {
    const old = this.#socket;
    this.#socket = null;
    old?.close(1000);
  }

  #receive(text: string): void {
    this.heardAtMs = Date.now();
    this.#tries = 0;
    this.#wires.onState({ kind: "open" });
    this.#wires.onFrame(JSON.parse(text) as Frame);
  }

  #closed(code: number): void {
    this.#socket = null;
    const reason = REASONS[code] ?? "the server does not answer";
    const end = ENDS[code];
    if (end) this.#wires.onState({ kind: "ended", why: end, reason });
    else this.#wait(reason);
  }

  #wait(reason: string): void {
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries++) * (0.5 + Math.random() / 2);
    this.#wires.onState({ kind: "waiting", retryAtMs: Date.now() + wait, reason });
    this.#timer = setTimeout(this.open, wait);
  }
}

function address(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/risk-stream`;
}
