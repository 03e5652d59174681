import { Card, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { UNKNOWN, useFormat } from "@/lib/format";
import type { Quality } from "../api/quality";

type Interval = { low: number; high: number } | null;

/** The figures of the whole sample with their 95 % intervals, and what each means. */
export function FiguresCard({ quality: { score, intervals, murphy } }: { quality: Quality }) {
  const format = useFormat();
  const rows: [string, number | null, Interval, string][] = [
    ["Brier score", score.brier, intervals.brier, "Mean squared error of the probabilities; 0 is perfect"],
    ["Skill against always .30", score.skill_against_base, intervals.skill_against_base, "Above 0 is better"],
    [
      "Skill against the sample's rate",
      score.skill_against_sample,
      intervals.skill_against_sample,
      "A rate that nobody knows beforehand",
    ],
    ["AUC", score.auc, intervals.auc, "How often a window with the move had the higher score; .5 is chance"],
    [
      "Calibration error",
      score.calibration_error,
      intervals.calibration_error,
      "Mean distance of forecast and observed rate",
    ],
    ["Reliability", murphy.reliability, null, "Part of the Brier score that miscalibration costs"],
    ["Resolution", murphy.resolution, null, "What telling windows apart wins"],
    ["Uncertainty", murphy.uncertainty, null, "What the sample's rate alone leaves"],
  ];
  const between = (interval: Interval) =>
    interval ? `${format.score(interval.low)} to ${format.score(interval.high)}` : UNKNOWN;
  return (
    <Card aria-label="Figures">
      <CardHeader
        title="Figures"
        note={`Forecast ${format.score(score.mean_forecast)} on average, observed ${format.score(score.base_rate)}`}
      />
      <Table>
        <thead>
          <tr>
            <Th>Figure</Th>
            <Th className="num">Value</Th>
            <Th className="num">95 % interval</Th>
            <Th className="max-md:hidden">Meaning</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value, interval, meaning]) => (
            <tr key={name}>
              <th scope="row" className="h-(--row) border-b px-(--cell-x) font-medium">
                {name}
              </th>
              <Td className="num font-semibold">{format.score(value)}</Td>
              <Td className="num text-muted">{between(interval)}</Td>
              <Td className="text-xs text-muted max-md:hidden">{meaning}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
