import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { makeStore } from "@/test/page";
import type { StreamStore } from "./store";

/** A socket that only remembers, and speaks when a test says so. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  constructor(readonly address: string) {
    super();
    FakeSocket.made.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {}
  accept() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  say(frame: object) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }
  end(code: number) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}
const socket = (place = -1) => FakeSocket.made.at(place) as FakeSocket;

describe("StreamStore", () => {
  let store: StreamStore;
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSocket.made = [];
    store = makeStore();
    stop = store.start();
  });
  afterEach(() => {
    stop();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("subscribes as docs/messages/subscribe.json has it, and resumes with what it had", () => {
    socket().accept();
    socket().say(FRAMES.snapshot);
    socket().end(1006);
    vi.advanceTimersByTime(500);
    socket().accept();

    expect(socket(0).sent).toEqual([{ type: "subscribe", batch: true, live: true }]);
    expect(socket(1).sent).toEqual([{ type: "subscribe", batch: true, live: true, last_seq: 42, stream: "5d1c0a7e" }]);
  });

  it("asks anew once when something is missing, not at every frame that follows", () => {
    socket().accept();
    socket().say(FRAMES.snapshot);
    socket().say({ ...FRAMES.batch, prev: 50, seq: 51 });
    socket().say({ ...FRAMES.batch, prev: 51, seq: 52 });

    expect(socket().sent).toHaveLength(2);
  });

  it("waits longer after each failure, fifteen seconds at most, and begins anew when it was heard", () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const waits: number[] = [];
    for (let time = 0; time < 8; time++) {
      socket().end(1006);
      if (store.connection.kind === "waiting") waits.push(store.connection.retryAtMs - Date.now());
      vi.advanceTimersByTime(15_000);
    }

    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it.each([
    [4401, "signed-out"],
    [4403, "refused"],
  ])("does not try again by itself after %d", (code, why) => {
    socket().end(code);
    vi.advanceTimersByTime(60_000);

    expect(store.connection).toMatchObject({ kind: "ended", why });
    expect(FakeSocket.made).toHaveLength(1);
  });

  it("is silent after twelve seconds without a word, and no longer with the next", () => {
    socket().accept();
    socket().say(FRAMES.heartbeat);
    vi.advanceTimersByTime(12_000);
    expect(store.isSilent).toBe(false);

    vi.advanceTimersByTime(1000);
    expect(store.isSilent).toBe(true);

    socket().say(FRAMES.heartbeat);
    expect(store.isSilent).toBe(false);
  });

  it("does not listen to a socket that was replaced", () => {
    socket().accept();
    store.reconnect();
    socket(0).say(FRAMES.snapshot);
    socket(0).end(4401);

    expect(store.current.records.size).toBe(0);
    expect(store.connection.kind).toBe("connecting");
  });

  it("tells only who follows a symbol that changed", () => {
    const [nifty, other] = [vi.fn(), vi.fn()];
    store.hear(FRAMES.snapshot);
    store.subscribe("symbol:NIFTY", nifty);
    store.subscribe("symbol:M&M", other);

    store.hear(FRAMES.liveBatch);

    expect(nifty).toHaveBeenCalledOnce();
    expect(other).not.toHaveBeenCalled();
  });

  it("tells of alerts while it is paused", () => {
    const hear = vi.fn();
    store.hear(FRAMES.snapshot);
    store.onAlert(hear);
    store.setPaused(true);

    store.hear(FRAMES.alert);

    expect(hear).toHaveBeenCalledExactlyOnceWith(FRAMES.alert.data);
  });

  it("lets an alert that was heard while they were read win over what was read", () => {
    store.setAlerts([FRAMES.alert.data], [{ ...FRAMES.alert.data, phase: "ended" }]);

    expect(store.current.alerts.size).toBe(0);
  });
});
