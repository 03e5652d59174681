import { type Applied, applyMessage, EMPTY, type StreamState, withAlert } from "./apply-message";
import { Connection, type ConnectionState } from "./connection";
import { EventLog, happeningsOf } from "./event-log";
import { SILENCE_MS } from "./freshness";
import type { AlertMessage, Frame } from "./messages";
import { subscription } from "./numbering";
import { onceAFrame } from "./scheduler";
import { type TrailPoint, Trails } from "./trails";

/** What one may listen to: one symbol's record, or a part of the state. */
export type Topic =
  | `symbol:${string}`
  | "records"
  | "alerts"
  | "feed"
  | "config"
  | "connection"
  | "pause"
  | "reads"
  | "events";
type Listener = () => void;
type AlertListener = (alert: AlertMessage) => void;

/**
 * The stream outside React: a frame changes the state at once, and who listens is told once per animation frame.
 * `shown` is what the screen may show: while paused it stands still, the state goes on.
 */
export class StreamStore {
  shown: StreamState = EMPTY;
  connection: ConnectionState = { kind: "connecting" };
  isSilent = false;
  isPaused = false;
  readonly log = new EventLog();
  #state: StreamState = EMPTY;
  #isBroken = false;
  readonly #dirty = new Set<Topic>();
  readonly #listeners = new Map<Topic, Set<Listener>>();
  readonly #alertListeners = new Set<AlertListener>();
  readonly #trails = new Trails();
  readonly #schedule: () => void;
  readonly #connection: Connection;

  constructor(schedule: (flush: () => void) => () => void = onceAFrame) {
    this.#schedule = schedule(() => this.#flush());
    this.#connection = new Connection({
      onFrame: (frame) => this.hear(frame),
      onState: (state) => this.#stand(state),
      subscription: () => this.#subscription(),
    });
  }

  /** Open the socket; returns how to close it again. */
  start(): () => void {
    this.#connection.open();
    const pulse = setInterval(() => this.#noticeSilence(), 1000);
    window.addEventListener("online", this.#connection.open);
    return () => {
      clearInterval(pulse);
      window.removeEventListener("online", this.#connection.open);
      this.#connection.close();
    };
  }

  reconnect = (): void => this.#connection.open();

  hear(frame: Frame, heardMs = Date.now()): void {
    const applied = applyMessage(this.#state, frame, heardMs);
    if (applied.verdict === "ask") this.#connection.ask();
    if (applied.verdict !== "apply") return;
    this.#record(applied.state, frame, heardMs);
    this.#note(applied, frame);
    if (frame.type === "alert") for (const listener of this.#alertListeners) listener(frame.data);
  }

  /** Take alerts that were read by REST; `since` are those that were heard while the answer was on its way. */
  setAlerts(read: readonly AlertMessage[], since: readonly AlertMessage[]): void {
    let alerts: ReadonlyMap<number, AlertMessage> = new Map();
    for (const alert of [...read, ...since]) alerts = withAlert(alerts, alert);
    this.#state = { ...this.#state, alerts };
    this.#mark("alerts");
  }

  /** Stop or resume what is shown. What is heard meanwhile is applied, and shown on resuming. */
  setPaused(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.#mark("pause");
  }

  trail(symbol: string): readonly TrailPoint[] {
    return this.#trails.of(symbol);
  }

  subscribe(topic: Topic, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** Be told of each alert message, also while paused: an alarm is not what somebody pauses. */
  onAlert(listener: AlertListener): () => void {
    this.#alertListeners.add(listener);
    return () => {
      this.#alertListeners.delete(listener);
    };
  }

  #subscription() {
    const { position } = this.#state;
    this.#state = { ...this.#state, position: { ...position, isAwaiting: true } };
    return subscription(position);
  }

  #record(after: StreamState, frame: Frame, heardMs: number): void {
    const happenings = happeningsOf(this.#state, after, frame);
    const atMs = heardMs + after.offsetMs;
    if (frame.type === "snapshot") this.log.begin(atMs);
    this.log.add(happenings, atMs);
    if (happenings.length > 0 || frame.type === "snapshot") this.#mark("events");
  }

  #note({ state, symbols }: Applied, frame: Frame): void {
    const before = this.#state;
    this.#state = state;
    for (const symbol of symbols) {
      const record = state.records.get(symbol);
      if (record && record !== before.records.get(symbol)) this.#trails.add(record);
      this.#dirty.add(`symbol:${symbol}`);
    }
    if (state.records !== before.records) this.#dirty.add("records");
    if (state.alerts !== before.alerts) this.#dirty.add("alerts");
    if (state.config !== before.config) this.#dirty.add("config");
    if (state.alertReads !== before.alertReads) this.#dirty.add("reads");
    if (frame.type === "snapshot") for (const symbol of before.records.keys()) this.#dirty.add(`symbol:${symbol}`);
    this.#mark("feed");
  }

  #mark(topic: Topic): void {
    this.#dirty.add(topic);
    this.#schedule();
  }

  #flush(): void {
    if (!this.isPaused) this.shown = this.#state;
    const told = this.isPaused ? ALWAYS : [...this.#dirty];
    for (const topic of told) {
      if (!this.#dirty.delete(topic)) continue;
      for (const listener of this.#listeners.get(topic) ?? []) listener();
    }
  }

  #stand(state: ConnectionState): void {
    if (state.kind === "open") {
      this.#setSilent(false);
      if (this.connection.kind === "open") return;
    }
    this.#tell(state);
    this.connection = state;
    this.#mark("connection");
  }

  // Each attempt passes through "connecting"; what is worth telling is that the stream broke and that it came back.
  #tell(state: ConnectionState): void {
    const isNews = state.kind === "ended" || (state.kind === "waiting") !== this.#isBroken;
    if (state.kind === "connecting" || !isNews) return;
    this.#isBroken = state.kind !== "open";
    this.log.add([{ kind: "connection", what: "socket", state }], Date.now() + this.#state.offsetMs);
    this.#mark("events");
  }

  #noticeSilence(): void {
    this.#setSilent(Date.now() - this.#connection.heardAtMs > SILENCE_MS);
  }

  #setSilent(isSilent: boolean): void {
    if (isSilent === this.isSilent) return;
    this.isSilent = isSilent;
    this.#mark("connection");
  }

  /** When the last message came, whatever it was (our clock). */
  get heardAtMs(): number {
    return this.#connection.heardAtMs;
  }

  /** The newest state, also while paused: for the health of the feed, which nobody pauses. */
  get current(): StreamState {
    return this.#state;
  }
}

/** Told also while paused. The records stay dirty until the screen goes on. */
const ALWAYS: readonly Topic[] = ["feed", "connection", "pause", "reads", "config", "alerts", "events"];
