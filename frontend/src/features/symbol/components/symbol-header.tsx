import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { instrumentName } from "@/api/boot";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Kbd } from "@/components/ui/kbd";
import { SEVERITY_TEXT, SeverityMark } from "@/components/ui/severity-mark";
import { StateBadge } from "@/components/ui/state-badge";
import { classes } from "@/lib/classes";
import { duration, istMoment, useFormat } from "@/lib/format";
import { useShortcuts } from "@/lib/shortcuts";
import { words } from "@/lib/words";
import type { RiskUpdate } from "@/stream/messages";
import { type Freshness, useFreshness, useRecord } from "@/stream/stream";
import { useInstrument } from "../api/use-instrument";
import { neighboursOf } from "../neighbours";

/** The symbol and its values of now; `[` and `]` go to its neighbours, at the same range. */
export function SymbolHeader({ symbol }: { symbol: string }) {
  const record = useRecord(symbol);
  const freshness = useFreshness(record);
  const { data: instrument } = useInstrument(symbol);
  const kind = instrument ? `${instrument.exchange} · ${words(instrument.kind)}` : "";
  return (
    <Card aria-label={symbol} className="flex flex-wrap items-center gap-x-6 gap-y-2 px-3 py-2">
      <div className="flex items-center gap-2">
        <Neighbours symbol={symbol} />
        <div className="leading-tight">
          <h1 className="text-xl font-semibold tracking-tight">{symbol}</h1>
          <p className="text-xs text-muted">
            {[instrument?.name || instrumentName(symbol), kind].filter(Boolean).join(" · ")}
          </p>
        </div>
      </div>
      {record && freshness ? (
        <Values record={record} freshness={freshness} />
      ) : (
        <p className="flex items-center gap-2 text-muted">
          <Badge>NO DATA</Badge> The stream has no score of this symbol.
        </p>
      )}
    </Card>
  );
}

function Neighbours({ symbol }: { symbol: string }) {
  const { previous, next } = neighboursOf(symbol);
  const { search } = useLocation();
  const navigate = useNavigate();
  const to = (other: string) => `/symbols/${encodeURIComponent(other)}${keptOf(search)}`;
  useShortcuts([
    ...(previous ? [{ keys: "[", label: `Go to ${previous}`, act: () => void navigate(to(previous)) }] : []),
    ...(next ? [{ keys: "]", label: `Go to ${next}`, act: () => void navigate(to(next)) }] : []),
  ]);
  if (!previous || !next) return null;
  return (
    <nav aria-label="Neighbouring symbols" className="flex items-center gap-1">
      <Button asChild size="small">
        <Link to={to(previous)} aria-label={`Previous symbol: ${previous}`} title={previous}>
          <ChevronLeft aria-hidden="true" />
          <Kbd keys="[" />
        </Link>
      </Button>
      <Button asChild size="small">
        <Link to={to(next)} aria-label={`Next symbol: ${next}`} title={next}>
          <Kbd keys="]" />
          <ChevronRight aria-hidden="true" />
        </Link>
      </Button>
    </nav>
  );
}

// The range goes along; an expiry of one symbol need not exist for another.
function keptOf(search: string): string {
  const range = new URLSearchParams(search).get("range");
  return range ? `?range=${range}` : "";
}

function Values({ record, freshness }: { record: RiskUpdate; freshness: Freshness }) {
  const format = useFormat();
  const change = record.change_percent;
  const colour = change ? (change > 0 ? "text-rise" : "text-fall") : "";
  return (
    <dl
      title={`As of ${istMoment(Date.parse(record.timestamp))}`}
      className={classes("flex flex-wrap items-center gap-x-6 gap-y-2", freshness.isStale && "is-stale")}
    >
      <Value name="Price" className="min-w-28 text-xl">
        ₹ {format.price(record.price)}
      </Value>
      <Value name="Change" className={classes("min-w-18", colour)}>
        {format.percent(change)}
      </Value>
      <Value name="Score" className={classes("text-xl", SEVERITY_TEXT[record.severity])}>
        {format.score(record.risk_score)}
      </Value>
      <Value name="Severity">
        <SeverityMark severity={record.severity} />
      </Value>
      <Value name={`Expected move, ${record.horizon_minutes} min`}>± {format.number(record.expected_move, 2)} %</Value>
      <Value name="Protection cost">{format.number(record.protection_cost, 3)} %</Value>
      <Value name="State">
        <StateBadge state={freshness.state} />
      </Value>
      <Value name="Age" className="min-w-14">
        {duration(freshness.ageMs)}
      </Value>
    </dl>
  );
}

function Value({ name, className, children }: { name: string; className?: string; children: ReactNode }) {
  return (
    <div>
      <dt className="eyebrow">{name}</dt>
      <dd className={classes("leading-7 font-semibold whitespace-nowrap", className)}>{children}</dd>
    </div>
  );
}
