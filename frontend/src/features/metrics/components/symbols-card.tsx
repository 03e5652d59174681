import { ArrowDown } from "lucide-react";
import { SymbolLink } from "@/components/symbol-link";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Table, Td, Th } from "@/components/ui/table";
import { istMinute, useFormat } from "@/lib/format";
import { useSearchParam } from "@/lib/search-param";
import type { SymbolStats } from "../api/metrics";

const COLUMNS = ["mean", "max", "min", "last", "high", "records"] as const;
type Column = (typeof COLUMNS)[number];
const HEADINGS: Record<Column, string> = {
  mean: "Mean score",
  max: "Highest",
  min: "Lowest",
  last: "Last",
  high: "HIGH or above",
  records: "Records",
};

const highShare = ({ severities, records }: SymbolStats) =>
  records ? (severities.HIGH + severities.CRITICAL) / records : 0;
const figureOf = (row: SymbolStats, column: Column) => (column === "high" ? highShare(row) : row[column]);

/** Each symbol over the range, the greatest of the chosen column first. */
export function SymbolsCard({ rows }: { rows: readonly SymbolStats[] }) {
  const format = useFormat();
  const [column, setColumn] = useSearchParam("sort", COLUMNS, "mean");
  const sorted = [...rows].sort(
    (a, b) => figureOf(b, column) - figureOf(a, column) || a.symbol.localeCompare(b.symbol),
  );
  return (
    <Card aria-label="By symbol">
      <CardHeader title="By symbol" note={`${rows.length} symbols with records in this range`} />
      {rows.length === 0 && <Empty title="No symbol has a record in this range" />}
      {rows.length > 0 && (
        <Table>
          <thead>
            <tr>
              <Th>Symbol</Th>
              {COLUMNS.map((one) => (
                <Th key={one} className="num" aria-sort={one === column ? "descending" : undefined}>
                  <button type="button" className="inline-flex items-center gap-1" onClick={() => setColumn(one)}>
                    {HEADINGS[one]}
                    {one === column && <ArrowDown className="size-3" aria-hidden="true" />}
                  </button>
                </Th>
              ))}
              <Th className="num">Last minute (IST)</Th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((row) => (
              <tr key={row.symbol}>
                <th scope="row" className="h-(--row) border-b px-(--cell-x) text-left font-normal">
                  <SymbolLink symbol={row.symbol} />
                </th>
                <Td className="num">{format.score(row.mean)}</Td>
                <Td className="num">{format.score(row.max)}</Td>
                <Td className="num">{format.score(row.min)}</Td>
                <Td className="num">{format.score(row.last)}</Td>
                <Td className="num">{format.number(100 * highShare(row), 1)} %</Td>
                <Td className="num">{format.count(row.records)}</Td>
                <Td className="num text-muted">{istMinute(Date.parse(row.last_minute))}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
