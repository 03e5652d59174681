import { useState } from "react";
import type { FeedEvent } from "@/stream/event-log";

/** What the list shows, and what waits while it is held. */
export interface Held {
  shown: readonly FeedEvent[];
  waiting: readonly FeedEvent[];
}

/** While `isHeld`, events that come wait instead of moving the list; they are counted, none is lost. */
export function useHeld(events: readonly FeedEvent[], isHeld: boolean): Held {
  const newest = events.at(-1)?.id ?? 0;
  const [heldAt, setHeldAt] = useState<number | null>(null);
  if (isHeld && heldAt === null) setHeldAt(newest);
  if (!isHeld && heldAt !== null) setHeldAt(null);
  return divided(events, isHeld ? (heldAt ?? newest) : newest);
}

/** Divide events at the id that is shown last. Ids grow along the list. */
export function divided(events: readonly FeedEvent[], lastShown: number): Held {
  const first = events[0]?.id ?? 0;
  const place = Math.max(0, Math.min(events.length, lastShown - first + 1));
  return { shown: events.slice(0, place), waiting: events.slice(place) };
}
