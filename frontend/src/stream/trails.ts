import type { RiskUpdate } from "./messages";

export interface TrailPoint {
  atMs: number;
  score: number;
  price: number;
}

const LONGEST = 180;
const APART_MS = 1000;

/** The last minutes of each symbol as this page has heard them, one point a second of log time at most. */
export class Trails {
  readonly #points = new Map<string, readonly TrailPoint[]>();

  add(update: RiskUpdate): void {
    const had = this.#points.get(update.symbol) ?? [];
    const point = { atMs: Date.parse(update.timestamp), score: update.risk_score, price: update.price };
    this.#points.set(update.symbol, joined(had, point));
  }

  of(symbol: string): readonly TrailPoint[] {
    return this.#points.get(symbol) ?? NOTHING;
  }
}

const NOTHING: readonly TrailPoint[] = [];

function joined(had: readonly TrailPoint[], point: TrailPoint): readonly TrailPoint[] {
  const last = had.at(-1);
  if (last && point.atMs < last.atMs) return [point]; // another run, another time
  const kept = last && point.atMs - (had.at(-2)?.atMs ?? -Infinity) < APART_MS ? had.slice(0, -1) : had;
  return [...kept, point].slice(-LONGEST);
}
