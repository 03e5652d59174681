import { ChartCandlestick } from "lucide-react";
import { lazy, Suspense } from "react";
import { ChartFrame } from "@/components/charts/chart-frame";
import { Empty } from "@/components/ui/empty";
import { Problem } from "@/components/ui/problem";
import { Skeleton } from "@/components/ui/skeleton";
import { TimeRange, useTimeRange } from "@/components/ui/time-range";
import { istMoment, UNKNOWN, useFormat } from "@/lib/format";
import { useConfig, useFreshness, useRecord } from "@/stream/stream";
import { bucketOf, useBars } from "../api/use-bars";
import { useInstrument } from "../api/use-instrument";

const BarsCanvas = lazy(() => import("./bars-canvas"));

/** Price and score over a range, of stored minutes; a dashed line is the price of now. */
export function HistoryChart({ symbol }: { symbol: string }) {
  const [range, setRange] = useTimeRange("4h");
  const format = useFormat();
  const instrument = useInstrument(symbol);
  const lastTick = instrument.data?.last?.tick_time;
  const lastMs = lastTick ? Date.parse(lastTick) : null;
  const bars = useBars(symbol, range, instrument.isPending ? undefined : lastMs);
  const { thresholds } = useConfig();
  const record = useRecord(symbol);
  const isLive = useFreshness(record)?.isStale === false;
  const data = bars.data?.bars ?? [];
  const table = () => ({
    headings: ["Start, IST", "Open", "High", "Low", "Close", "Ticks", "Score at the end"],
    rows: data
      .toReversed()
      .map((bar) => [
        istMoment(Date.parse(bar.start)).replace(" IST", "") + (bar.is_warm_up ? " (before the run)" : ""),
        ...[bar.open, bar.high, bar.low, bar.close].map(format.price),
        format.count(bar.ticks),
        bar.score === null ? UNKNOWN : format.score(bar.score),
      ]),
  });
  return (
    <ChartFrame
      title="Price and score"
      note={noteOf(data.at(-1)?.start, bucketOf(range), bars.data?.source)}
      tools={<TimeRange value={range} onChange={setRange} />}
      table={table}
    >
      <div className="relative h-96">
        {bars.isPending && <Skeleton className="absolute inset-3" />}
        {bars.isError && <Problem problem={bars.error} onRetry={() => void bars.refetch()} />}
        {bars.isSuccess && data.length === 0 && (
          <Empty title="No minutes are stored in this range" icon={ChartCandlestick}>
            A minute is stored when it has closed, about two seconds after its end.
          </Empty>
        )}
        {data.length > 0 && (
          <Suspense fallback={<Skeleton className="absolute inset-3" />}>
            <BarsCanvas
              bars={data}
              view={`${symbol} ${range}`}
              thresholds={thresholds}
              livePrice={isLive && record ? record.price : null}
            />
          </Suspense>
        )}
      </div>
      <p className="px-3 pb-2 text-[11px] text-muted">
        Below: the score at the end of each bar, on 0 to 1; dotted, where {limitsOf(thresholds)} begin. Grey bars: from
        before the run began. Charts by{" "}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer" className="underline">
          TradingView
        </a>
      </p>
    </ChartFrame>
  );
}

function limitsOf(thresholds: readonly number[]): string {
  return ["LOW", "MEDIUM", "HIGH", "CRITICAL"].map((name, place) => `${name} (${thresholds[place]})`).join(", ");
}

function noteOf(last: string | undefined, minutes: number, source: string | null | undefined): string {
  if (!last) return "";
  const begins = istMoment(Date.parse(last)).replace(/:00 IST$/, " IST");
  return `${minutes} min bars, the last from ${begins}, ${source ?? "source unknown"}`;
}
