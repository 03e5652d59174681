/** How axes and grids of Recharts look here. */
export const AXIS = {
  stroke: "var(--line-strong)",
  tick: { fill: "var(--muted)", fontSize: 11 },
  tickLine: false,
} as const;

export const GRID = { stroke: "var(--line)", vertical: false } as const;
