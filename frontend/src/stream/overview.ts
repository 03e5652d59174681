import type { StreamState } from "./apply-message";
import { ageMs, isStale, stateNow } from "./freshness";
import { type RiskUpdate, SEVERITIES, type Severity } from "./messages";

export interface Overview {
  symbols: number;
  counts: Record<Severity, number>;
  /** The highest score among values that are not stale; null where there is none. */
  highest: RiskUpdate | null;
  stale: number;
  /** The greatest age of a price, in milliseconds; null without any. */
  oldestMs: number | null;
  /** The share of symbols at MEDIUM or above; null without any. */
  breadth: number | null;
}

/** Sum up all symbols as of now (the server's clock). Pure. */
export function overviewOf(state: StreamState, nowMs: number, staleAfterMs: number): Overview {
  const records = [...state.records.values()];
  const fresh = records.filter((record) => !isStale(stateNow(record, state, nowMs, staleAfterMs)));
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const record of fresh) counts[record.severity] += 1;
  const raised = counts.MEDIUM + counts.HIGH + counts.CRITICAL;
  return {
    symbols: records.length,
    counts,
    highest: fresh.reduce<RiskUpdate | null>(
      (best, one) => (best && best.risk_score >= one.risk_score ? best : one),
      null,
    ),
    stale: records.length - fresh.length,
    oldestMs: records.length ? Math.max(...records.map((record) => ageMs(record, state, nowMs))) : null,
    breadth: fresh.length ? raised / fresh.length : null,
  };
}
