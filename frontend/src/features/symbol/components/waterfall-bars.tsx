import type { ReactNode } from "react";
import { SEVERITY_TEXT } from "@/components/ui/severity-mark";
import { classes } from "@/lib/classes";
import { useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { Severity } from "@/stream/messages";
import { useConfig } from "@/stream/stream";
import type { Waterfall } from "../waterfall";

/** A bar per family on the scale of the score, 0 to 1, each beginning where the one before ended. */
export function WaterfallBars({ waterfall, severity }: { waterfall: Waterfall; severity: Severity }) {
  const format = useFormat();
  const { base, steps, sum } = waterfall;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-3 py-3">
      <Row name="In normal conditions" value={format.score(base)} from={0} to={base} className="text-muted" />
      {steps.map(({ name, points, from, to }) => (
        <Row
          key={name}
          name={words(name)}
          value={format.signed(points, 3)}
          from={Math.min(from, to)}
          to={Math.max(from, to)}
          className={points > 0 ? "text-high" : "text-low"}
        />
      ))}
      <Row name="Score" value={format.score(sum)} from={0} to={sum} className={SEVERITY_TEXT[severity]} isTotal />
      <dt />
      <dd className="relative h-5 text-[11px] text-muted" aria-hidden="true">
        <Scale />
      </dd>
      <dd />
    </dl>
  );
}

interface RowProps {
  name: string;
  value: ReactNode;
  from: number;
  to: number;
  className: string;
  isTotal?: boolean;
}

function Row({ name, value, from, to, className, isTotal = false }: RowProps) {
  const place = { left: `${100 * from}%`, width: `max(${100 * (to - from)}%, 1px)` };
  const line = isTotal ? "border-t border-line-strong font-semibold" : "";
  return (
    <>
      <dt className={classes("flex h-8 items-center whitespace-nowrap", line)}>{name}</dt>
      <dd className={classes("relative h-8", line)} aria-hidden="true">
        <Limits />
        <span className={classes("absolute inset-y-1.5 rounded-xs bg-current", className)} style={place} />
      </dd>
      <dd className={classes("num flex h-8 items-center justify-end font-semibold", line)}>{value}</dd>
    </>
  );
}

/** Where the severities begin. */
function Limits() {
  return useConfig().thresholds.map((limit) => (
    <i key={limit} className="absolute inset-y-0 w-px bg-line" style={{ left: `${100 * limit}%` }} />
  ));
}

/** Labels closer than this would run into each other. */
const APART = 0.12;

function Scale() {
  const format = useFormat();
  const limits = useConfig().thresholds.filter((limit, place, all) => limit - (all[place - 1] ?? 0) >= APART);
  const shown = [0, ...limits.filter((limit) => limit <= 1 - APART), 1];
  return shown.map((limit) => (
    <span key={limit} className="absolute top-0.5 -translate-x-1/2" style={{ left: `${100 * limit}%` }}>
      {limit === 0 || limit === 1 ? limit : format.number(limit, 2)}
    </span>
  ));
}
