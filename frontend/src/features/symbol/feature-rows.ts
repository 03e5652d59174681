import type { components } from "@/api/schema";

export type Reading = components["schemas"]["Reading"];

export interface FeatureRow extends Reading {
  name: string;
}

export interface FeatureFamily {
  family: string;
  rows: readonly FeatureRow[];
}

/** Features that have a value, by family in the order of the catalogue; and how many have none. */
export function byFamily(features: Readonly<Record<string, Reading>>): {
  families: FeatureFamily[];
  unknown: string[];
} {
  const rows = Object.entries(features).map(([name, reading]) => ({ name, ...reading }));
  const known = rows.filter((row) => row.value !== null);
  const families = [...new Set(known.map((row) => row.family))].map((family) => ({
    family,
    rows: known.filter((row) => row.family === family),
  }));
  return { families, unknown: rows.filter((row) => row.value === null).map((row) => row.name) };
}

/** Is it unusual: two deviations from normal where it counts in deviations, or among the outermost 5 % of its past? */
export function isUnusual({ unit, value, normal, rank }: Reading): boolean {
  if (unit.startsWith("deviations") && normal !== null && value !== null) return Math.abs(value - normal) >= 2;
  return rank !== null && (rank <= 0.025 || rank >= 0.975);
}
