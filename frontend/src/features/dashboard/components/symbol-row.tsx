import { memo, type ReactNode } from "react";
import { instrumentName } from "@/api/boot";
import { Sparkline } from "@/components/charts/sparkline";
import { SymbolLink } from "@/components/symbol-link";
import { Badge } from "@/components/ui/badge";
import { SEVERITY_TEXT, SeverityMark } from "@/components/ui/severity-mark";
import { StateBadge } from "@/components/ui/state-badge";
import { classes } from "@/lib/classes";
import { duration, UNKNOWN, useFormat } from "@/lib/format";
import { words } from "@/lib/words";
import type { RiskUpdate } from "@/stream/messages";
import { type Freshness, useFreshness, useOpenEpisodes, useRecord, useStream } from "@/stream/stream";
import { PriceCell } from "./price-cell";

interface Props {
  symbol: string;
  place: number;
}

/** One symbol, drawn again when its own record changes and once a second for its age. */
export const SymbolRow = memo(function SymbolRow({ symbol, place }: Props) {
  const record = useRecord(symbol);
  const freshness = useFreshness(record);
  return (
    <tr aria-rowindex={place + 2} className={classes("hover:bg-raised", freshness?.isStale && "is-stale")}>
      <th scope="row" className="h-(--row) max-w-64 truncate border-b px-(--cell-x) text-left font-normal">
        <SymbolLink symbol={symbol} />
        <span className="ml-2 text-xs text-muted max-2xl:hidden">{instrumentName(symbol)}</span>
      </th>
      {record && freshness ? <Values record={record} freshness={freshness} /> : <Nothing />}
    </tr>
  );
});

function Values({ record, freshness }: { record: RiskUpdate; freshness: Freshness }) {
  const format = useFormat();
  return (
    <>
      <PriceCell price={record.price} />
      <Change percent={record.change_percent} />
      <Cell isNumber className={classes("font-semibold", SEVERITY_TEXT[record.severity])}>
        {format.score(record.risk_score)}
      </Cell>
      <Cell className={SEVERITY_TEXT[record.severity]}>
        <Trend symbol={record.symbol} />
      </Cell>
      <Cell>
        <SeverityMark severity={record.severity} />
      </Cell>
      <Cell>
        <Driver symbol={record.symbol} />
      </Cell>
      <Cell isNumber>{format.number(record.expected_move, 2)}</Cell>
      <Cell isNumber>{format.number(record.protection_cost, 3)}</Cell>
      <Cell>
        <StateBadge state={freshness.state} />
      </Cell>
      <Cell isNumber className="min-w-16 text-muted">
        {duration(freshness.ageMs)}
      </Cell>
    </>
  );
}

function Cell({ isNumber, className, children }: { isNumber?: boolean; className?: string; children: ReactNode }) {
  return (
    <td className={classes("h-(--row) border-b px-(--cell-x) whitespace-nowrap", isNumber && "num", className)}>
      {children}
    </td>
  );
}

function Change({ percent }: { percent: number | null }) {
  const format = useFormat();
  const colour = percent ? (percent > 0 ? "text-rise" : "text-fall") : "";
  const arrow = percent ? (percent > 0 ? "▲" : "▼") : "";
  return (
    <Cell isNumber className={colour}>
      <span aria-hidden="true" className="mr-1 text-[9px]">
        {arrow}
      </span>
      {format.signed(percent)}
    </Cell>
  );
}

function Trend({ symbol }: { symbol: string }) {
  const trail = useStream().trail(symbol);
  const scores = trail.map((point) => point.score);
  const middle = (Math.min(...scores) + Math.max(...scores)) / 2;
  const reach = Math.max(LEAST_REACH, Math.max(...scores) - middle);
  return <Sparkline values={scores} low={middle - reach} high={middle + reach} />;
}

function Driver({ symbol }: { symbol: string }) {
  const alert = [...useOpenEpisodes().values()].find((one) => one.symbol === symbol && one.driver !== "");
  return alert ? words(alert.driver) : <span className="text-muted">{UNKNOWN}</span>;
}

/** A change of the score below this fills no trend from bottom to top. */
const LEAST_REACH = 0.02;

const BLANKS = ["price", "change", "score", "trend", "severity", "driver", "move", "cost"];

function Nothing() {
  return (
    <>
      {BLANKS.map((name) => (
        <Cell key={name} isNumber className="text-muted">
          {UNKNOWN}
        </Cell>
      ))}
      <Cell>
        <Badge className="text-muted">NO DATA</Badge>
      </Cell>
      <Cell isNumber className="text-muted">
        {UNKNOWN}
      </Cell>
    </>
  );
}
