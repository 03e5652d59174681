import { Card, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { type Format, istClock, UNKNOWN, useFormat } from "@/lib/format";
import type { AlertDetail } from "../alert-types";
import { type AlertRecord, recordOf } from "../records";
import { Points } from "./points";

/** The records that opened the alert and that it peaked at, side by side, with the points of their scores. */
export function Records({ alert }: { alert: AlertDetail }) {
  const format = useFormat();
  const [opening, peak] = [recordOf(alert.opening), recordOf(alert.peak)];
  if (!opening && !peak) return null;
  return (
    <Card aria-label="Opening and peak">
      <CardHeader title="Opening and peak" note="Copies of both records" />
      <Table>
        <thead>
          <tr>
            <Th>
              <span className="sr-only">Value</span>
            </Th>
            <Th className="num">Opening</Th>
            <Th className="num">Peak</Th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, write]) => (
            <tr key={name}>
              <th scope="row" className="h-7 border-b px-(--cell-x) text-left font-normal text-muted">
                {name}
              </th>
              <Td className="num h-7">{opening ? write(opening, format) : UNKNOWN}</Td>
              <Td className="num h-7">{peak ? write(peak, format) : UNKNOWN}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Points opening={opening} peak={peak} severity={alert.peak_severity} />
    </Card>
  );
}

const ROWS: readonly (readonly [string, (record: AlertRecord, format: Format) => string])[] = [
  ["Time, IST", ({ timestamp }) => (timestamp ? istClock(Date.parse(timestamp)) : UNKNOWN)],
  ["Score", ({ risk_score }, format) => format.score(risk_score)],
  ["Severity", ({ severity }) => severity ?? UNKNOWN],
  ["State", ({ state }) => state ?? UNKNOWN],
  ["Price, ₹", ({ price }, format) => format.price(price)],
  ["Change, %", ({ change_percent }, format) => format.signed(change_percent)],
  ["Expected move, ± %", ({ expected_move }, format) => format.number(expected_move, 2)],
  ["Protection, % of price", ({ protection_cost }, format) => format.number(protection_cost, 3)],
];
