import type { ReactNode } from "react";
import { SymbolLink } from "@/components/symbol-link";
import { Card } from "@/components/ui/card";
import { SEVERITY_TEXT, SeverityMark } from "@/components/ui/severity-mark";
import { classes } from "@/lib/classes";
import { duration, lag, UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import { SEVERITIES } from "@/stream/messages";
import type { Overview } from "@/stream/overview";
import { useConfig, useFeed, useOpenEpisodes, useOverview } from "@/stream/stream";

export function KpiCards() {
  const overview = useOverview();
  return (
    <div className="grid grid-cols-4 gap-3 xl:grid-cols-[1fr_26rem_1fr_1fr_1fr]">
      <Highest overview={overview} />
      <BySeverity overview={overview} />
      <OpenAlerts />
      <Pipeline overview={overview} />
      <Breadth overview={overview} />
    </div>
  );
}

function Kpi({ name, value, note }: { name: string; value: ReactNode; note: ReactNode }) {
  return (
    <Card aria-label={name} className="min-w-0 px-3 py-2">
      <h2 className="eyebrow">{name}</h2>
      <div className="mt-0.5 text-xl leading-7 font-semibold tracking-tight">{value}</div>
      <div className="mt-0.5 truncate text-xs text-muted">{note}</div>
    </Card>
  );
}

function Highest({ overview: { highest } }: { overview: Overview }) {
  const format = useFormat();
  if (!highest) return <Kpi name="Highest score" value={UNKNOWN} note="No value of now" />;
  const value = <span className={SEVERITY_TEXT[highest.severity]}>{format.score(highest.risk_score)}</span>;
  const note = (
    <span className="flex items-center gap-2">
      <SymbolLink symbol={highest.symbol} className="text-text" />
      <SeverityMark severity={highest.severity} />
    </span>
  );
  return <Kpi name="Highest score" value={value} note={note} />;
}

function BySeverity({ overview }: { overview: Overview }) {
  return (
    <Card aria-label="Symbols by severity" className="min-w-0 px-3 py-2 max-xl:order-first max-xl:col-span-4">
      <h2 className="eyebrow">Symbols by severity</h2>
      <ul className="mt-0.5 flex justify-between gap-1">
        {SEVERITIES.toReversed().map((severity) => (
          <li
            key={severity}
            className={classes("leading-7", SEVERITY_TEXT[severity], !overview.counts[severity] && "text-muted")}
          >
            <span className="text-xl font-semibold">{overview.counts[severity]}</span>
            <SeverityMark severity={severity} className="flex gap-1 text-[11px] leading-4 text-inherit" />
          </li>
        ))}
        <li className={classes("leading-7", !overview.stale && "text-muted")}>
          <span className="text-xl font-semibold">{overview.stale}</span>
          <span className="block text-[11px] leading-4 font-semibold">STALE</span>
        </li>
      </ul>
    </Card>
  );
}

function OpenAlerts() {
  const alerts = [...useOpenEpisodes().values()];
  const open = alerts.filter((alert) => alert.status === "open");
  const serious = open.filter((alert) => alert.severity === "HIGH" || alert.severity === "CRITICAL").length;
  const taken = alerts.length - open.length;
  return <Kpi name="Open alerts" value={open.length} note={`${serious} from HIGH on · ${taken} in hand`} />;
}

function Pipeline({ overview }: { overview: Overview }) {
  const { heartbeat } = useFeed();
  if (!heartbeat) return <Kpi name="Pipeline" value={UNKNOWN} note="Nothing heard yet" />;
  return (
    <Kpi
      name="Pipeline"
      value={words(heartbeat.feed_state)}
      note={`Lag ${lag(heartbeat.pipeline_lag_ms)} · oldest ${duration(overview.oldestMs)}`}
    />
  );
}

function Breadth({ overview: { breadth, symbols, stale } }: { overview: Overview }) {
  const format = useFormat();
  const threshold = useConfig().thresholds[1];
  const value = breadth === null ? UNKNOWN : `${format.number(100 * breadth, 0)} %`;
  const note = `of ${symbols - stale} at ${format.number(threshold, 2)} or more`;
  return <Kpi name="Breadth" value={value} note={note} />;
}
