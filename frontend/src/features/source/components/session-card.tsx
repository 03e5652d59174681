import { Card, CardHeader } from "@/components/ui/card";
import { classes } from "@/lib/classes";
import { duration, istClock, istDay, istMoment } from "@/lib/format";
import { PHASES, words } from "@/lib/words";
import { useServerClock } from "@/stream/stream";
import type { ExchangeDay, MarketStatus } from "../api/market";

const name = (phase: string) => PHASES[phase] ?? words(phase);

/** The exchanges' day on an IST clock, with a countdown to what comes next. */
export function SessionCard({ status }: { status: MarketStatus }) {
  const nowMs = useServerClock();
  return (
    <Card aria-label="Trading sessions">
      <CardHeader
        title="Trading sessions"
        note={istDay(nowMs)}
        tools={<span className="num text-base font-semibold">{istClock(nowMs)} IST</span>}
      />
      <div className="grid divide-y">
        {status.exchanges.map((exchange) => (
          <Exchange key={exchange.exchange} exchange={exchange} nowMs={nowMs} />
        ))}
        <FeedMarket market={status.market} />
      </div>
    </Card>
  );
}

function Exchange({ exchange, nowMs }: { exchange: ExchangeDay; nowMs: number }) {
  return (
    <section aria-label={exchange.exchange} className="grid gap-1.5 p-3">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <b>{exchange.exchange}</b>
        <span className={classes("font-medium", exchange.phase === "open" ? "text-live" : "text-muted")}>
          {name(exchange.phase)}
        </span>
        <span className="ml-auto text-muted">{comingUp(exchange, nowMs)}</span>
      </p>
      {exchange.phases.length > 0 && <Phases exchange={exchange} nowMs={nowMs} />}
      <p className="text-xs text-muted">{daysAhead(exchange)}</p>
    </section>
  );
}

function Phases({ exchange, nowMs }: { exchange: ExchangeDay; nowMs: number }) {
  return (
    <ol className="flex flex-wrap gap-1.5">
      {exchange.phases.map((phase) => {
        const isNow = Date.parse(phase.starts_at) <= nowMs && nowMs < Date.parse(phase.ends_at);
        return (
          <li
            key={phase.starts_at}
            aria-current={isNow ? "time" : undefined}
            className={classes(
              "rounded border px-2 py-1 text-xs",
              isNow && "border-accent bg-accent-soft font-semibold",
            )}
          >
            {name(phase.name)}{" "}
            <span className="whitespace-nowrap text-muted">
              {phase.starts_ist}–{phase.ends_ist}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function FeedMarket({ market }: { market: MarketStatus["market"] }) {
  if (market.source === null || market.clock !== "log") return null;
  const at = market.now ? ` at ${istMoment(Date.parse(market.now))}` : "";
  return (
    <p className="p-3 text-xs text-muted">
      The feed lives in its own time{at}: {name(market.session.phase).toLowerCase()}.
    </p>
  );
}

function comingUp(exchange: ExchangeDay, nowMs: number): string {
  if (!exchange.next_at || !exchange.next_phase) return "What comes next is not in the calendar";
  const leftMs = Date.parse(exchange.next_at) - nowMs;
  return `${name(exchange.next_phase)} in ${duration(leftMs)}`;
}

function daysAhead({ is_covered, is_trading_day, next_session, holidays, calendar_ends }: ExchangeDay): string {
  const today = is_covered ? (is_trading_day ? [] : ["No trading today."]) : ["Today is not in the calendar."];
  const next = next_session ? [`Next session opens ${istMoment(Date.parse(next_session.opens_at))}.`] : [];
  const holiday = holidays[0] ? [`Next holiday ${istDay(Date.parse(holidays[0]))}.`] : [];
  return [...today, ...next, ...holiday, `Calendar until ${istDay(Date.parse(calendar_ends))}.`].join(" ");
}
