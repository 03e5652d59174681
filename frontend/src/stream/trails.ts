import type { RiskUpdate } from "./messages";

export interface TrailPoint {
  run: number;
  atMs: number;
  score: number;
  price: number;
}

const LONGEST = 180;
const APART_MS = 1000;
const NOTHING: readonly TrailPoint[] = [];

/** The last minutes of each symbol as this page has heard them, one point a second of log time at most. */
export class Trails {
  readonly #points = new Map<string, readonly TrailPoint[]>();

  add({ symbol, run, timestamp, risk_score, price }: RiskUpdate): void {
    const point = { run, atMs: Date.parse(timestamp), score: risk_score, price };
    this.#points.set(symbol, joined(this.of(symbol), point));
  }

  of(symbol: string): readonly TrailPoint[] {
    return this.#points.get(symbol) ?? NOTHING;
  }
}

function joined(had: readonly TrailPoint[], point: TrailPoint): readonly TrailPoint[] {
  const last = had.at(-1);
  if (!last || last.run !== point.run) return [point];
  if (point.atMs < last.atMs) return had; // a stored record behind the live value that was heard before it
  const isSameSecond = point.atMs - (had.at(-2)?.atMs ?? Number.NEGATIVE_INFINITY) < APART_MS;
  return [...(isSameSecond ? had.slice(0, -1) : had), point].slice(-LONGEST);
}
