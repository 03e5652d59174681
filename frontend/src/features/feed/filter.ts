import { EVENT_KINDS, type EventKind } from "@/stream/event-log";
import { SEVERITIES, type Severity } from "@/stream/messages";
import type { Line } from "./lines";

export const LEAST = ["all", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type Least = (typeof LEAST)[number];

export interface FeedFilter {
  kinds: readonly EventKind[];
  /** From this severity on; "all" also shows what has none. */
  least: Least;
  /** A part of a symbol, whatever its case; empty for all. */
  symbol: string;
}

export function passes(line: Line, { kinds, least, symbol }: FeedFilter): boolean {
  if (!kinds.includes(line.kind)) return false;
  if (symbol && !line.symbol?.toLowerCase().includes(symbol.toLowerCase())) return false;
  return least === "all" || (line.gravest !== null && rank(line.gravest) >= rank(least));
}

/** The severities that an alert may have peaked at to pass, as the API takes them; undefined for any. */
export function severitiesFrom(least: Least): Severity[] | undefined {
  return least === "all" ? undefined : SEVERITIES.filter((severity) => rank(severity) >= rank(least));
}

export function isFiltered({ kinds, least, symbol }: FeedFilter): boolean {
  return kinds.length < EVENT_KINDS.length || least !== "all" || symbol !== "";
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
