import { Download } from "lucide-react";
import { boot } from "@/api/boot";
import { ApiError } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { SourceBadge } from "@/components/ui/source-badge";
import { TimeRange } from "@/components/ui/time-range";
import { istMoment } from "@/lib/format";
import { type Extent, type Stats, useStats } from "./api/metrics";
import { bucketsOf } from "./buckets";
import { AlertsCard } from "./components/alerts-card";
import { BreadthCard } from "./components/breadth-card";
import { SeverityCard } from "./components/severity-card";
import { SymbolsCard } from "./components/symbols-card";
import { MOST_SYMBOLS, TrendCard } from "./components/trend-card";
import { useView } from "./use-view";

/** Scores, severities and alerts of the newest run over a range of its time. */
export default function MetricsScreen() {
  const view = useView();
  const { data, error, isPending, isPlaceholderData, refetch } = useStats(view.range, view.bucket);
  const buckets = bucketsOf(view.range).toSorted((a, b) => a - b);
  const hasNoRecords = error instanceof ApiError && error.code === "run_not_found";
  const extent = data ? extentOf(data) : null;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 p-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="sr-only">Risk metrics</h1>
        <TimeRange value={view.range} onChange={view.setRange} />
        <Segmented
          label="Bucket"
          value={String(view.bucket)}
          choices={buckets.map((one) => ({ value: String(one), label: one === 60 ? "1 h buckets" : `${one} min` }))}
          onChange={(next) => view.setBucket(buckets.find((one) => String(one) === next) ?? view.bucket)}
        />
        {data && extent && <Named stats={data} extent={extent} />}
        {extent && <Export extent={extent} />}
      </div>
      {error && data && <p className="font-medium text-high">The newest numbers could not be read; these are older.</p>}
      {isPending && <SkeletonRows rows={12} />}
      {error && !data && !hasNoRecords && <Problem problem={error} onRetry={refetch} />}
      {((data && !extent) || (hasNoRecords && !data)) && (
        <Empty title="Nothing is scored yet">Metrics appear with the first record of a run.</Empty>
      )}
      {data && extent && (
        <div className={isPlaceholderData ? "opacity-60" : ""} aria-busy={isPlaceholderData}>
          <Charts stats={data} extent={extent} symbols={known(view.symbols)} onSymbols={view.setSymbols} />
        </div>
      )}
    </div>
  );
}

function Charts(props: { stats: Stats; extent: Extent; symbols: string[]; onSymbols: (symbols: string[]) => void }) {
  const { stats, extent, symbols, onSymbols } = props;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <TrendCard buckets={stats.buckets} extent={extent} symbols={symbols} onSymbols={onSymbols} />
      <SeverityCard buckets={stats.buckets} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 lg:col-span-2 lg:grid-cols-2">
        <AlertsCard extent={extent} />
        <BreadthCard buckets={stats.buckets} extent={extent} />
      </div>
      <div className="min-w-0 lg:col-span-2">
        <SymbolsCard rows={stats.symbols} />
      </div>
    </div>
  );
}

function Named({ stats, extent }: { stats: Stats; extent: Extent }) {
  return (
    <p className="flex flex-wrap items-center gap-2 text-xs text-muted">
      <SourceBadge source={stats.source} />
      Run {extent.run}, {istMoment(Date.parse(extent.from))} to {istMoment(Date.parse(extent.to))}
    </p>
  );
}

/** The records behind the charts; the server audits each export. */
function Export({ extent: { run, from, to } }: { extent: Extent }) {
  const address = `/api/v1/risk/history?${new URLSearchParams({ format: "csv", run: String(run), from, to })}`;
  return (
    <Button asChild look="outline" size="small" className="ml-auto" title="At most 1,00,000 rows, newest first">
      <a href={address} download>
        <Download aria-hidden="true" /> Records as CSV
      </a>
    </Button>
  );
}

function extentOf({ run, from, to, bucket_minutes }: Stats): Extent | null {
  if (run === null || from === null || to === null) return null;
  return { run, from, to, bucket: bucket_minutes as Extent["bucket"] };
}

function known(symbols: readonly string[]): string[] {
  const names = new Set(boot().instruments.map(({ symbol }) => symbol));
  return symbols.filter((symbol) => names.has(symbol)).slice(0, MOST_SYMBOLS);
}
