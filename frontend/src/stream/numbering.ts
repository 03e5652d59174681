import type { Frame, Subscription } from "./messages";

/** Where a client stands in a numbered stream (docs/stream.md, "Order" and "Resuming"). */
export interface Position {
  stream: string | null;
  seq: number;
  /** A subscription has been sent and its answer is not complete: what it had before counts for nothing. */
  isAwaiting: boolean;
}

/** What to do with a frame: apply it, ask anew because something is missing, or pass over what says nothing new. */
export type Verdict = "apply" | "ask" | "pass";

export const NOWHERE: Position = { stream: null, seq: 0, isAwaiting: true };

export function subscription(position: Position): Subscription {
  const had = position.stream === null ? {} : { last_seq: position.seq, stream: position.stream };
  return { type: "subscribe", batch: true, live: true, ...had };
}

export function judge(position: Position, frame: Frame): { verdict: Verdict; position: Position } {
  const stay = (verdict: Verdict) => ({ verdict, position });
  if (frame.type === "heartbeat") return stay("apply");
  if (frame.type === "snapshot") return arrive(frame);
  const isNext = frame.stream === position.stream && before(frame) <= position.seq;
  if (!isNext) return stay(position.isAwaiting ? "pass" : "ask");
  if (frame.type === "gap") return stay("apply");
  if (frame.type === "risk_batch") return arrive(frame);
  if (frame.type === "risk_update" || frame.seq <= position.seq) return stay("pass");
  // What answers a subscription may begin with an event; a batch ends the waiting.
  return { verdict: "apply", position: { ...position, seq: frame.seq } };
}

function before(frame: Exclude<Frame, { type: "heartbeat" | "snapshot" }>): number {
  if (frame.type === "risk_batch") return frame.prev;
  // Everything else is an event with a number of its own, also one that a newer server sends and we do not know.
  return frame.type === "risk_update" || frame.type === "gap" ? frame.seq : frame.seq - 1;
}

function arrive(frame: Frame): { verdict: Verdict; position: Position } {
  return { verdict: "apply", position: { stream: frame.stream, seq: frame.seq, isAwaiting: false } };
}
