import { Problem } from "@/components/ui/problem";
import { Skeleton } from "@/components/ui/skeleton";
import { istMoment, useFormat } from "@/lib/format";
import { canBeTried } from "../kinds";
import { type Kind, TRIAL_RECORDS, TRIAL_SESSIONS, type Trial } from "../queries";
import { TrialCounts } from "./trial-counts";

interface Props {
  trial: Trial | undefined;
  isPending: boolean;
  problem: unknown;
  kind: Kind;
}

/** What the rule would have done: how often, of which symbols, and how often it was right. */
export function TrialResult({ trial, isPending, problem, kind }: Props) {
  if (!canBeTried(kind))
    return <p className="text-muted">Silence cannot be tried: minutes do not say when ticks came.</p>;
  if (isPending) return <Skeleton className="h-28" />;
  if (problem) return <Problem problem={problem} />;
  if (!trial) return null;
  return (
    <section aria-label="Dry run" className="grid gap-3 rounded-md border bg-raised p-3">
      <Headline trial={trial} kind={kind} />
      {trial.alerts > 0 && (
        <div className="grid grid-cols-2 gap-4">
          <TrialCounts title="By day" rows={trial.per_day.map(({ day, alerts }) => [day, alerts])} />
          <TrialCounts title="By symbol" rows={trial.per_symbol.map(({ symbol, alerts }) => [symbol, alerts])} />
        </div>
      )}
      {trial.unknown_symbols.length > 0 && (
        <p className="text-xs text-muted">Nothing was known of {trial.unknown_symbols.join(", ")}.</p>
      )}
      {trial.not_covered.length > 0 && (
        <div className="text-xs text-muted">
          <p>Not covered:</p>
          <ul className="list-disc pl-4">
            {trial.not_covered.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Headline({ trial, kind }: { trial: Trial; kind: Kind }) {
  const format = useFormat();
  const { since, until, judged, alerts, precision, decided, undecided } = trial;
  const what =
    kind === "score"
      ? `the newest ${format.count(TRIAL_RECORDS)} records at most`
      : `${TRIAL_SESSIONS} sessions at most`;
  if (since === null || until === null) return <p>Nothing is stored that this rule could be tried on.</p>;
  return (
    <div className="grid gap-1">
      <p className="text-base font-semibold">
        {alerts === 0
          ? "It would have opened no alert"
          : `It would have opened ${format.count(alerts)} ${alerts === 1 ? "alert" : "alerts"}`}
      </p>
      {kind === "score" && alerts > 0 && (
        <p>
          {precision === null
            ? `Right or wrong is not known of any of them yet (${undecided} undecided).`
            : `Right in ${format.number(100 * precision, 0)} % of ${decided} whose horizon is over; ${undecided} undecided.`}
        </p>
      )}
      <p className="text-xs text-muted">
        {istMoment(Date.parse(since))} to {istMoment(Date.parse(until))}: {format.count(judged)} values judged, {what}.
      </p>
    </div>
  );
}
