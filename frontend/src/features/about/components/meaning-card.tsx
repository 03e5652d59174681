import { boot } from "@/api/boot";
import { Card, CardHeader } from "@/components/ui/card";
import { SeverityMark } from "@/components/ui/severity-mark";
import { useFormat } from "@/lib/format";
import { useConfig } from "@/stream/stream";

const LEVELS = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;

/** What a score says, as docs/risk-model.md has it, with the thresholds in force. */
export function MeaningCard() {
  const { horizon_minutes: horizon } = boot().config;
  const { thresholds, version } = useConfig();
  const format = useFormat();
  return (
    <Card aria-label="What the score means">
      <CardHeader title="What the score means" />
      <div className="grid max-w-prose gap-3 p-3">
        <p>
          The risk score is the calibrated probability that within the next {horizon} trading minutes (less where the
          session ends before) the price moves at least <i>b</i> away from now, up or down, where <i>b</i> is the move
          that this symbol touches in 30 % of such windows at this time of day.
        </p>
        <p>
          .30 is an ordinary hour. .50 is even odds of an outsized move. Of four scores of .80, at least three should be
          followed by the move. It says nothing about the direction.
        </p>
        <p>
          A score is never raised or lowered because data is bad: the last one stays, with its state and its age. PRIOR
          says that too little has been seen yet, STALE that nothing newer came in time.
        </p>
        <ul className="grid gap-1" aria-label="Thresholds in force">
          {LEVELS.map((level, place) => (
            <li key={level} className="flex items-center gap-3">
              <SeverityMark severity={level} className="w-24" />
              <span className="num">from {format.number(thresholds[place], 2)}</span>
            </li>
          ))}
        </ul>
        <p className="text-xs text-muted">Thresholds of version {version} of the configuration.</p>
        <p className="text-muted">The score is a statement about prices. It is no advice to buy or to sell.</p>
      </div>
    </Card>
  );
}
