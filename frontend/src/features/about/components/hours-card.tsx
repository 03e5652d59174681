import { Card, CardHeader } from "@/components/ui/card";
import { Problem } from "@/components/ui/problem";
import { SkeletonRows } from "@/components/ui/skeleton";
import { duration, istClock, istDay } from "@/lib/format";
import { PHASES, words } from "@/lib/words";
import { useServerClock } from "@/stream/stream";
import { type ExchangeDay, useExchanges } from "../api/facts";

const name = (phase: string) => PHASES[phase] ?? words(phase);

/** The hours of the exchanges today, by their calendar. */
export function HoursCard() {
  const { data, error, isPending, refetch } = useExchanges();
  const nowMs = useServerClock();
  return (
    <Card aria-label="Market hours">
      <CardHeader
        title="Market hours"
        note={istDay(nowMs)}
        tools={<span className="num font-semibold">{istClock(nowMs)} IST</span>}
      />
      {isPending && <SkeletonRows rows={3} />}
      {error && !data && <Problem problem={error} onRetry={refetch} />}
      <ul className="divide-y">
        {data?.exchanges.map((exchange) => (
          <Hours key={exchange.exchange} exchange={exchange} nowMs={nowMs} />
        ))}
      </ul>
    </Card>
  );
}

function Hours({ exchange, nowMs }: { exchange: ExchangeDay; nowMs: number }) {
  const { next_at, next_phase, phases } = exchange;
  return (
    <li className="grid gap-1 px-3 py-2">
      <p className="flex flex-wrap gap-x-3">
        <b>{exchange.exchange}</b> {name(exchange.phase)}
        {next_at && next_phase && (
          <span className="ml-auto text-muted">
            {name(next_phase)} in {duration(Date.parse(next_at) - nowMs)}
          </span>
        )}
      </p>
      <p className="text-xs text-muted">
        {phases.length === 0
          ? "No trading today"
          : phases.map((phase) => `${name(phase.name)} ${phase.starts_ist}–${phase.ends_ist}`).join(" · ")}
      </p>
    </li>
  );
}
