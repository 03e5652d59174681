import type { ReactNode } from "react";
import { Card, CardHeader } from "@/components/ui/card";
import { type Format, istMoment, UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { AlertDetail } from "../alert-types";
import { measuredOf } from "../records";
import { lasted, ruleName } from "../wording";

type Fact = readonly [name: string, value: ReactNode];

/** The episode and who took care of it, as facts. */
export function Episode({ alert }: { alert: AlertDetail }) {
  const format = useFormat();
  const facts = [...machineFacts(alert, format), ...peopleFacts(alert)];
  return (
    <Card aria-label="Episode">
      <CardHeader title="Episode" note={`Run ${alert.run}, configuration ${alert.config_version}`} />
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 p-3">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function machineFacts(alert: AlertDetail, format: Format): Fact[] {
  const isScored = alert.peak_score !== null;
  const measured = measuredOf(alert.opening);
  return [
    ["Rule", ruleName(alert.rule)],
    ["Started", at(alert.opened_at)],
    ...(isScored
      ? [["Peak", `${format.score(alert.peak_score)} (${alert.peak_severity}) at ${at(alert.peak_at)}`] as const]
      : []),
    ["Ended", alert.ended_at ? `${at(alert.ended_at)} (${words(alert.end_reason).toLowerCase()})` : UNKNOWN],
    ["Lasted", lasted(alert)],
    ...(isScored ? [["Came up to the threshold", `${alert.crossings} ×`] as const] : []),
    ...(alert.driver ? [["Driven by", words(alert.driver)] as const] : []),
    ...(measured
      ? [
          [
            "Measured",
            `${format.number(measured.value, 2)} ${measured.unit}; opens at ${measured.enter}, ends beyond ${measured.exit}`,
          ] as const,
        ]
      : []),
  ];
}

function peopleFacts(alert: AlertDetail): Fact[] {
  const done = (who: string, when: string | null) => `${who}${when ? `, ${at(when)}` : ""}`;
  return [
    ["Assigned to", alert.assignee || "nobody"],
    ...(alert.acknowledged_by
      ? [["Acknowledged by", done(alert.acknowledged_by, alert.acknowledged_at)] as const]
      : []),
    ...(alert.resolved_by ? [["Resolved by", done(alert.resolved_by, alert.resolved_at)] as const] : []),
    ...(alert.classification ? [["As", words(alert.classification)] as const] : []),
    ...(alert.note ? [["Note", alert.note] as const] : []),
  ];
}

function at(instant: string): string {
  return istMoment(Date.parse(instant));
}
