import type { Line } from "./lines";

/** A row of the list: something that happened, or the place where this page began to listen. */
export type Row = { type: "line"; line: Line } | { type: "began" };

/** Newest first: what this page saw, the mark of its beginning, and alerts that were stored before it. */
export function rowsOf(seen: readonly Line[], earlier: readonly Line[]): Row[] {
  const asRow = (line: Line): Row => ({ type: "line", line });
  return [...seen.toReversed().map(asRow), { type: "began" }, ...earlier.map(asRow)];
}
