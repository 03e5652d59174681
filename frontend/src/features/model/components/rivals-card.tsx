import { Card, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { Quality } from "../api/quality";

/** What simpler forecasts reach on the same windows, and how far to trust all this. */
export function RivalsCard({ quality: { rivals, trust, score } }: { quality: Quality }) {
  const format = useFormat();
  return (
    <Card aria-label="Against simpler forecasts">
      <CardHeader title="Against simpler forecasts" note={`The score: Brier ${format.score(score.brier)}`} />
      <Table>
        <thead>
          <tr>
            <Th>Forecast</Th>
            <Th className="num">Brier</Th>
            <Th className="num">AUC</Th>
            <Th className="num">Skill of the score</Th>
            <Th className="num">95 % interval</Th>
          </tr>
        </thead>
        <tbody>
          {rivals.map((rival) => (
            <tr key={rival.name}>
              <th scope="row" className="h-(--row) border-b px-(--cell-x) font-normal">
                {words(rival.name)}
              </th>
              <Td className="num">{format.score(rival.brier)}</Td>
              <Td className="num">{format.score(rival.auc)}</Td>
              <Td className="num font-semibold">{format.signed(rival.skill_of_score, 3)}</Td>
              <Td className="num text-muted">
                {rival.interval
                  ? `${format.signed(rival.interval.low, 3)} to ${format.signed(rival.interval.high, 3)}`
                  : UNKNOWN}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {trust.length > 0 && (
        <div className="p-3">
          <h3 className="mb-1 font-semibold">How far to trust this</h3>
          <ul className="grid list-disc gap-1 pl-4 text-muted">
            {trust.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}
