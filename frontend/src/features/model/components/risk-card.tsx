import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Table, Td, Th } from "@/components/ui/table";
import { useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { Quality } from "../api/quality";

const ZONES = { green: "text-live", yellow: "text-medium", red: "text-critical" } as const;

/** How often losses exceeded the value at risk of the same forecast. */
export function RiskCard({ rows }: { rows: Quality["value_at_risk"] }) {
  const format = useFormat();
  return (
    <Card aria-label="Value at risk">
      <CardHeader title="Value at risk" note="Losses beyond it, on windows that do not overlap" />
      {rows.length === 0 && <Empty title="No value at risk was judged" />}
      {rows.length > 0 && (
        <Table>
          <thead>
            <tr>
              <Th>Symbol</Th>
              <Th>Method</Th>
              <Th className="num">Level</Th>
              <Th className="num">Windows</Th>
              <Th className="num">Expected</Th>
              <Th className="num">Exceptions</Th>
              <Th className="num">Kupiec p</Th>
              <Th className="num">Independence p</Th>
              <Th>Basel light</Th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.symbol} ${row.method} ${row.level}`}>
                <th scope="row" className="h-(--row) border-b px-(--cell-x) font-semibold">
                  {row.symbol ?? "All"}
                </th>
                <Td className="whitespace-nowrap">{words(row.method)}</Td>
                <Td className="num">{format.number(100 * row.level, 0)} %</Td>
                <Td className="num">{format.count(row.windows)}</Td>
                <Td className="num">{format.number(row.expected, 1)}</Td>
                <Td className="num font-semibold">{format.count(row.exceedances)}</Td>
                <Td className="num">{format.score(row.coverage.p_value)}</Td>
                <Td className="num">{format.score(row.independence.p_value)}</Td>
                <Td>
                  <Badge className={ZONES[row.light.zone]}>{words(row.light.zone)}</Badge>
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
