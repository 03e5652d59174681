import { Card, CardHeader } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { SeverityMark } from "@/components/ui/severity-mark";
import { Table, Td, Th } from "@/components/ui/table";
import { UNKNOWN, useFormat } from "@/lib/format";
import { SEVERITIES } from "@/stream/messages";
import type { Quality } from "../api/quality";

/** What follows a HIGH score, and what each severity turned out to mean. */
export function HighCard({ quality: { high, severities } }: { quality: Quality }) {
  const format = useFormat();
  const percent = (value: number | null) => (value === null ? UNKNOWN : `${format.number(100 * value, 1)} %`);
  const minutes = (value: number | null) => (value === null ? UNKNOWN : `${format.number(value, 1)} min`);
  return (
    <Card aria-label="Precision of HIGH">
      <CardHeader
        title="Precision of HIGH"
        note={`Windows with a score of ${format.number(high.threshold, 2)} or more`}
      />
      <div className="p-3">
        <p className="mb-2 text-xl font-semibold">{percent(high.precision)}</p>
        {high.alarms === 0 && (
          <p className="mb-2 font-medium text-high">
            No judged window had such a score: nothing is known of its precision.
          </p>
        )}
        <Facts
          facts={[
            ["Windows", `${format.count(high.alarms)}, ${percent(high.share)} of all`],
            ["Recall", percent(high.recall)],
            [
              "Until the move",
              high.mean_lead_minutes === null
                ? UNKNOWN
                : `${minutes(high.mean_lead_minutes)} on average, ${minutes(high.median_lead_minutes)} in the middle`,
            ],
          ]}
        />
      </div>
      <Table>
        <thead>
          <tr>
            <Th>Severity</Th>
            <Th className="num">From</Th>
            <Th className="num">Windows</Th>
            <Th className="num">Share</Th>
            <Th className="num">Followed by the move</Th>
          </tr>
        </thead>
        <tbody>
          {severities.map((row) => {
            const severity = SEVERITIES.find((one) => one === row.severity);
            return (
              <tr key={row.severity}>
                <th scope="row" className="h-(--row) border-b px-(--cell-x) font-normal">
                  {severity ? <SeverityMark severity={severity} /> : row.severity}
                </th>
                <Td className="num">{format.number(row.low, 2)}</Td>
                <Td className="num">{format.count(row.cases)}</Td>
                <Td className="num">{percent(row.share)}</Td>
                <Td className="num font-semibold">{percent(row.observed)}</Td>
              </tr>
            );
          })}
        </tbody>
      </Table>
    </Card>
  );
}
