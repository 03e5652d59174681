/** A step of the way from the score of normal conditions to the score. From and to are scores. */
export interface Step {
  name: string;
  points: number;
  from: number;
  to: number;
}

export interface Waterfall {
  base: number;
  steps: readonly Step[];
  /** Base and all points: what the score is made of. */
  sum: number;
}

/** Read a record's decomposition: base first, then the families, the largest first. Pure. */
export function waterfallOf(decomposition: Readonly<Record<string, number>>): Waterfall {
  const { base = 0, ...families } = decomposition;
  const sorted = Object.entries(families).toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const steps: Step[] = [];
  let at = base;
  for (const [name, points] of sorted) {
    steps.push({ name, points, from: at, to: at + points });
    at += points;
  }
  return { base, steps, sum: at };
}

/** Does it add up to the score, to the six decimals that a score has? */
export function addsUp({ sum }: Waterfall, score: number): boolean {
  return Math.abs(sum - score) < 2e-6;
}
