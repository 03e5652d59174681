import type { Kind } from "./queries";

/** What a form must know of a kind before there is a rule of it (docs/alerts.md, "Rules"); the server has the last word. */
export interface KindFacts {
  name: string;
  unit: string;
  rises: boolean;
  windows: readonly string[];
  windowUnit: string;
}

const kind = (
  name: string,
  unit: string,
  rises: boolean,
  windows: readonly string[] = [],
  windowUnit = "",
): KindFacts => ({
  name,
  unit,
  rises,
  windows,
  windowUnit,
});

export const KINDS: Record<Kind, KindFacts> = {
  score: kind("Risk score", "probability", true),
  stale_feed: kind("Silent feed", "seconds", true),
  frozen_price: kind("Frozen price", "minutes", true),
  price_band_distance: kind("Distance to the price band", "% of the last close", false, ["2", "5", "10", "20"], "%"),
  market_breaker_distance: kind(
    "Distance to the market breaker",
    "% of the last close",
    false,
    ["10", "15", "20"],
    "%",
  ),
  volatility_jump: kind("Volatility jump", "ratio", true),
  implied_volatility_jump: kind("Implied volatility jump", "ratio", true),
  drawdown: kind("Drawdown", "% of the highest price", true, ["session", "5d", "20d"]),
  volume_anomaly: kind("Unusual volume", "deviations", true, ["1", "5", "15", "60"], "min"),
  spread_anomaly: kind("Unusual spread", "deviations", true),
  pipeline_stalled: kind("Pipeline stalled", "seconds", true),
  pipeline_lag: kind("Pipeline lag", "seconds", true),
  feed_stopped: kind("Feed stopped", "seconds", true),
};

// There is one rule of each, built in: the watchdog's.
const WATCHDOG: readonly Kind[] = ["pipeline_stalled", "pipeline_lag", "feed_stopped"];

/** The kinds that a new rule may have. */
export const NEW_KINDS = (Object.keys(KINDS) as Kind[]).filter((name) => !WATCHDOG.includes(name));

/** Kinds of which minutes of the past say nothing: ticks and wall clock are not kept. */
export function canBeTried(name: Kind): boolean {
  return name !== "stale_feed" && !WATCHDOG.includes(name);
}
