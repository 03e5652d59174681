// Where a client stands in a numbered stream: which frame to apply, and when to ask anew (docs/stream.md).  Pure.
const EVENTS = new Set(["alert", "config", "source"]);

export class Numbering {
  stream = null;
  seq = null;
  isAwaiting = true;

  // What to send to get everything after what this client has had, or a snapshot where the server cannot resume.
  subscription() {
    this.isAwaiting = true;
    const had = this.stream === null ? {} : { last_seq: this.seq, stream: this.stream };
    return { type: "subscribe", batch: true, live: true, ...had };
  }

  // "apply" what is next, "ask" when something is missing, "pass" over what says nothing new.
  judge(frame) {
    if (frame.type === "heartbeat") return "apply";
    if (frame.type === "snapshot") return this.#stand(frame);
    const isOurs = frame.stream === this.stream, isNext = isOurs && this.#before(frame) <= this.seq;
    if (!isNext) return this.isAwaiting ? "pass" : "ask";
    if (frame.type === "gap") return "apply";
    if (frame.type === "risk_batch") return this.#stand(frame);
    if (!EVENTS.has(frame.type) || frame.seq <= this.seq) return "pass"; // a default message, or an event that came twice
    this.seq = frame.seq; // what answers a subscription may begin with an event; a batch ends the waiting
    return "apply";
  }

  #before(frame) {
    if (frame.type === "risk_batch") return frame.prev;
    return EVENTS.has(frame.type) ? frame.seq - 1 : frame.seq;
  }

  #stand(frame) {
    this.isAwaiting = false;
    this.stream = frame.stream;
    this.seq = frame.seq;
    return "apply";
  }
}
