import { Card, CardHeader } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { SourceBadge } from "@/components/ui/source-badge";
import { istMoment, UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { Source } from "../api/market";
import { speedLabel } from "../wish";
import { MODES } from "./mode-choice";

const STATES: Record<Source["state"], string> = {
  pending: "The feed is taking it up…",
  running: "Running",
  finished: "Finished: the recording has ended",
  failed: "Failed",
};

/** What was chosen, by whom, and what is fed now. */
export function RunningCard({ source }: { source: Source }) {
  const { running } = source;
  return (
    <Card aria-label="What runs now">
      <CardHeader title="What runs now" tools={<SourceBadge source={running?.source ?? null} />} />
      <div className="grid gap-4 p-3">
        {source.problem && (
          <p role="alert" className="font-medium text-critical">
            {source.problem}
          </p>
        )}
        {running ? <Run running={running} /> : <p className="text-muted">No run is open: nothing is fed.</p>}
        <Choice source={source} />
      </div>
    </Card>
  );
}

function Run({ running }: { running: NonNullable<Source["running"]> }) {
  const instant = (text: string | null) => (text ? istMoment(Date.parse(text)) : UNKNOWN);
  return (
    <>
      <Facts
        facts={[
          ["Run", `${running.run} · ${running.description}`],
          ["Since", instant(running.since)],
          ["Judged until", instant(running.log_time)],
          running.first ? ["Recording", `${instant(running.first)} to ${instant(running.last)}`] : null,
        ]}
      />
      {running.progress !== null && <Progress share={running.progress} />}
      {!running.follows_choice && (
        <p className="text-xs text-muted">
          This run is not of the choice below: an earlier one, or fixed on a command line.
        </p>
      )}
    </>
  );
}

function Progress({ share }: { share: number }) {
  const format = useFormat();
  return (
    <div className="flex items-center gap-3">
      <progress
        aria-label="Share of the recording that is judged"
        max={1}
        value={share}
        className="h-2 flex-1 accent-(--accent)"
      />
      <span className="num">{format.number(100 * share, 1)} %</span>
    </div>
  );
}

function Choice({ source }: { source: Source }) {
  const { symbols, replay } = source;
  if (source.version === 0)
    return <p className="text-muted">Nobody has chosen a market yet: the simulated one is fed.</p>;
  return (
    <Facts
      className="border-t pt-3"
      facts={[
        ["Chosen", MODES[source.mode].title],
        replay ? ["Recording", `${replay.file}, ${speedLabel(String(replay.speed)).toLowerCase()}`] : null,
        ["Symbols", symbols.length ? symbols.join(", ") : "All"],
        [
          "By",
          `${source.chosen_by ?? UNKNOWN}, ${source.chosen_at ? istMoment(Date.parse(source.chosen_at)) : UNKNOWN}`,
        ],
        ["Reason", source.reason ?? UNKNOWN],
        ["State", STATES[source.state] ?? words(source.state)],
      ]}
    />
  );
}
