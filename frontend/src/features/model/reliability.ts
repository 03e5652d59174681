import type { Quality } from "./api/quality";

export interface ReliabilityPoint {
  forecast: number;
  observed: number;
  /** How far the confidence band reaches below and above. */
  error: [number, number];
  low: number;
  high: number;
  cases: number;
}

/** The bins that have windows, as points of the diagram. */
export function reliabilityPoints(bins: Quality["bins"]): ReliabilityPoint[] {
  return bins.flatMap(({ forecast, observed, interval, cases }) => {
    if (forecast === null || observed === null) return [];
    const { low, high } = interval ?? { low: observed, high: observed };
    return [{ forecast, observed, error: [observed - low, high - observed], low, high, cases }];
  });
}
