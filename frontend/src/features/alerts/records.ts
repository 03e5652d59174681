import { z } from "zod";

// Records are kept as they were when the alert opened and peaked; what older versions did not keep is unknown.
const record = z
  .object({
    timestamp: z.string(),
    risk_score: z.number().nullable(),
    severity: z.string(),
    state: z.string(),
    price: z.number().nullable(),
    change_percent: z.number().nullable(),
    expected_move: z.number().nullable(),
    protection_cost: z.number().nullable(),
    horizon_minutes: z.number().nullable(),
    decomposition: z.record(z.string(), z.number()),
  })
  .partial();
export type AlertRecord = z.infer<typeof record>;

/** A copy of a record; null for alerts of a rule other than the score, which keep none. */
export function recordOf(copy: unknown): AlertRecord | null {
  const read = record.safeParse(copy);
  return read.success && read.data.risk_score != null ? read.data : null;
}

const measure = z.object({
  value: z.number(),
  enter: z.number(),
  exit: z.number(),
  unit: z.string(),
  window: z.string().optional(),
});
export type Measured = z.infer<typeof measure>;

/** What a rule with levels of its own measured when the alert opened; null for any other. */
export function measuredOf(opening: unknown): Measured | null {
  const read = measure.safeParse(opening);
  return read.success ? read.data : null;
}

export interface Part {
  family: string;
  opening: number | null;
  peak: number | null;
}

/** The points of both records by family, most at the peak first; the base, where everything begins, before all. */
export function partsOf(opening: AlertRecord | null, peak: AlertRecord | null): Part[] {
  const [first, second] = [opening?.decomposition ?? {}, peak?.decomposition ?? {}];
  const families = [...new Set([...Object.keys(second), ...Object.keys(first)])];
  const parts = families.map((family) => ({
    family,
    opening: first[family] ?? null,
    peak: second[family] ?? null,
  }));
  const rank = ({ family, peak: points }: Part) => (family === "base" ? Number.POSITIVE_INFINITY : (points ?? 0));
  return parts.sort((a, b) => rank(b) - rank(a));
}
