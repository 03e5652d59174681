import {
  CandlestickSeries,
  createChart,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  LineType,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import type { components } from "@/api/schema";
import { istDay, istMinute, istMoment } from "@/lib/format";

export type Bar = components["schemas"]["PriceBar"];

const SCORE_PANE = 1;
const LIMIT_TOKENS = ["--LOW", "--MEDIUM", "--HIGH", "--CRITICAL"] as const;
const LIMIT_NAMES = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;

/** Prices above, scores below, on canvases that React does not know; changed imperatively. */
export class BarsDrawing {
  readonly #chart: IChartApi;
  readonly #prices: ISeriesApi<"Candlestick">;
  readonly #scores: ISeriesApi<"Line">;
  #limits: IPriceLine[] = [];
  #live: IPriceLine | null = null;
  #view = "";
  #bars: readonly Bar[] = [];
  #thresholds: readonly number[] = [];

  constructor(frame: HTMLElement, price: (value: number) => string) {
    this.#chart = createChart(frame, {
      autoSize: true,
      // Its own logo writes a <style>, which the content security policy forbids; the notice stands below the chart.
      layout: { attributionLogo: false, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 11 },
      localization: { timeFormatter: (time: Time) => istMoment(msOf(time)) },
      rightPriceScale: { borderVisible: false, minimumWidth: 72 },
      timeScale: { timeVisible: true, borderVisible: false, tickMarkFormatter: tickMark, rightOffset: 3 },
    });
    this.#prices = this.#chart.addSeries(CandlestickSeries, {
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: { type: "custom", formatter: price, minMove: 0.01 },
    });
    const range = { priceRange: { minValue: 0, maxValue: 1 } };
    const options = { priceLineVisible: false, lineWidth: 2 as const, lineType: LineType.WithSteps };
    this.#scores = this.#chart.addSeries(
      LineSeries,
      { ...options, autoscaleInfoProvider: () => range, priceFormat: { type: "price", precision: 3, minMove: 0.001 } },
      SCORE_PANE,
    );
    this.#chart.panes()[0]?.setStretchFactor(2);
    this.#chart.panes()[SCORE_PANE]?.setStretchFactor(1);
    this.recolour();
  }

  /** Show these bars; all of them in sight whenever `view` (the symbol and the range) is another one. */
  setBars(bars: readonly Bar[], view: string): void {
    this.#bars = bars;
    const muted = token("--line-strong");
    this.#prices.setData(bars.map((bar) => candle(bar, muted)));
    this.#scores.setData(
      bars.map(({ start, score }) =>
        score === null ? { time: timeOf(start) } : { time: timeOf(start), value: score },
      ),
    );
    if (view !== this.#view) this.#chart.timeScale().fitContent();
    this.#view = view;
  }

  setThresholds(thresholds: readonly number[]): void {
    this.#thresholds = thresholds;
    for (const limit of this.#limits) this.#scores.removePriceLine(limit);
    this.#limits = thresholds.map((price, place) =>
      this.#scores.createPriceLine({
        price,
        color: token(LIMIT_TOKENS[place] ?? "--CRITICAL"),
        title: LIMIT_NAMES[place] ?? "",
        lineStyle: LineStyle.Dotted,
        lineWidth: 1,
        axisLabelVisible: false,
      }),
    );
  }

  /** Where the price is now; the bars end with the last stored minute. */
  setLive(price: number | null): void {
    if (price === null) {
      if (this.#live) this.#prices.removePriceLine(this.#live);
      this.#live = null;
      return;
    }
    const look = { price, color: token("--accent"), title: "now", lineStyle: LineStyle.Dashed, lineWidth: 1 as const };
    if (this.#live) this.#live.applyOptions(look);
    else this.#live = this.#prices.createPriceLine(look);
  }

  /** Take the colours of the theme, which a canvas does not follow by itself. */
  recolour(): void {
    const [rise, fall, line] = [token("--rise"), token("--fall"), token("--line")];
    this.#chart.applyOptions({
      layout: {
        background: { color: token("--surface") },
        textColor: token("--muted"),
        panes: { separatorColor: line, separatorHoverColor: token("--hover") },
      },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
    });
    this.#prices.applyOptions({
      upColor: rise,
      downColor: fall,
      wickUpColor: rise,
      wickDownColor: fall,
      borderVisible: false,
    });
    this.#scores.applyOptions({ color: token("--accent") });
    this.setThresholds(this.#thresholds);
    this.setBars(this.#bars, this.#view);
  }

  remove(): void {
    this.#chart.remove();
  }
}

// Minutes from before the run's first tick were put there, not traded in it: grey.
function candle({ start, open, high, low, close, is_warm_up }: Bar, muted: string) {
  const colours = is_warm_up ? { color: muted, wickColor: muted } : {};
  return { time: timeOf(start), open, high, low, close, ...colours };
}

function timeOf(start: string): UTCTimestamp {
  return (Date.parse(start) / 1000) as UTCTimestamp;
}

function msOf(time: Time): number {
  return Number(time) * 1000;
}

// A mark of a day (0 to 2 in the library's count) or of a time.
function tickMark(time: Time, type: number): string {
  return type <= 2 ? istDay(msOf(time)).replace(/ \d{4}$/, "") : istMinute(msOf(time));
}

function token(name: string): string {
  const style = getComputedStyle(document.documentElement);
  const value = style.getPropertyValue(name).trim();
  // --rise and --fall name another token.
  return /^var\((.*)\)$/.exec(value)?.[1] ? token(/^var\((.*)\)$/.exec(value)?.[1] ?? "") : value;
}
