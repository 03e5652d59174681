import type { StreamState } from "@/stream/apply-message";
import type { RiskUpdate } from "@/stream/messages";

export const COLUMNS = ["symbol", "price", "change", "score", "move", "cost", "age"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sort {
  column: Column;
  isDescending: boolean;
}

const VALUES: Record<Column, (record: RiskUpdate) => number | string> = {
  symbol: (record) => record.symbol,
  price: (record) => record.price,
  change: (record) => record.change_percent ?? Number.NEGATIVE_INFINITY,
  score: (record) => record.risk_score,
  move: (record) => record.expected_move,
  cost: (record) => record.protection_cost,
  age: (record) => -Date.parse(record.tick_time),
};

/** The symbols in their order; whoever has no record comes last, equals by name. */
export function ordered(symbols: readonly string[], records: StreamState["records"], sort: Sort): string[] {
  const sign = sort.isDescending ? -1 : 1;
  const value = VALUES[sort.column];
  return symbols.toSorted((a, b) => {
    const [one, other] = [records.get(a), records.get(b)];
    if (!one || !other || sort.column === "symbol") return Number(!one) - Number(!other) || sign * compare(a, b);
    return sign * compare(value(one), value(other)) || compare(a, b);
  });
}

function compare(a: number | string, b: number | string): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** The sort after a click on a column's heading: another column begins with the highest, the same one turns around. */
export function nextSort(sort: Sort, column: Column): Sort {
  if (sort.column === column) return { column, isDescending: !sort.isDescending };
  return { column, isDescending: column !== "symbol" };
}
