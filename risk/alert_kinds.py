"""What an alert rule can be about: the kinds, their units, their limits and what they start with.  Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

SCORE, STALE, FROZEN = "score", "stale_feed", "frozen_price"
BAND, BREAKER = "price_band_distance", "market_breaker_distance"
VOLATILITY, IMPLIED = "volatility_jump", "implied_volatility_jump"
DRAWDOWN, VOLUME, SPREAD = "drawdown", "volume_anomaly", "spread_anomaly"
STALLED, LAG, FEED_STOPPED = "pipeline_stalled", "pipeline_lag", "feed_stopped"
LEVELS: Final = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
WATCHDOG: Final = (STALLED, LAG, FEED_STOPPED)  # judged by wall clock, for the whole platform
BUILT_IN: Final = (SCORE, STALE, FROZEN, *WATCHDOG)  # rules that are always there, under the key of their kind
# Parts of the continuous session: nothing is folded, and so nothing judged, outside of it.
PARTS: Final = ("opening", "middle", "closing")
OPENING_MINUTES: Final = 15
CLOSING_MINUTES: Final = 30


class Kind(NamedTuple):
    """What is measured, in which unit; an alert opens where the measure `rises` to `enter`, or falls to it.

    Both levels lie in [`least`, `most`].  `windows` are those it can be measured over or against.  `where` says where
    the measure is known; elsewhere nothing is judged.
    """

    meaning: str
    where: str
    unit: str
    rises: bool
    least: float
    most: float
    windows: tuple[str, ...] = ()


KINDS: Final[Mapping[str, Kind]] = {
    SCORE: Kind("the score", "every symbol, when it has a record", "probability", True, 0.0, 0.99),
    STALE: Kind(
        "how long the symbol has been silent while others tick",
        "a symbol that had a tick in this run",
        "seconds",
        True,
        0.0,
        3600.0,
    ),
    FROZEN: Kind(
        "how long the price has stood still under ticks",
        "a symbol with ticks in this session",
        "minutes",
        True,
        0.0,
        120.0,
    ),
    BAND: Kind(
        "what is left to the price band, which lies `window` percent from the last close",
        "a share whose last close is known; an index has no band, and no feed tells the band: `window` says it",
        "percent of the last close",
        False,
        0.0,
        20.0,
        ("2", "5", "10", "20"),
    ),
    BREAKER: Kind(
        "what is left of the index's move to the market-wide breaker at `window` percent",
        "the market index, where its last close is known",
        "percent of the last close",
        False,
        0.0,
        20.0,
        ("10", "15", "20"),
    ),
    VOLATILITY: Kind(
        "fast volatility over medium volatility", "a symbol with ticks in this session", "ratio", True, 0.1, 20.0
    ),
    IMPLIED: Kind(
        "the newest chain's at-the-money volatility over the one before",
        "a symbol with option chains of the last session and of the one before",
        "ratio",
        True,
        0.1,
        20.0,
    ),
    DRAWDOWN: Kind(
        "how far the last closed minute lies below the highest price of the window",
        "a symbol with a closed minute in this session",
        "percent of the highest price",
        True,
        0.0,
        90.0,
        ("session", "5d", "20d"),
    ),
    VOLUME: Kind(
        "the volume of the last `window` minutes against this time of day",
        "a symbol with volume and 30 minutes of history at this time of day",
        "deviations of the log",
        True,
        -10.0,
        20.0,
        ("1", "5", "15", "60"),
    ),
    SPREAD: Kind(
        "the spread against this time of day",
        "a symbol with a book and 30 minutes of history at this time of day",
        "deviations of the log",
        True,
        -10.0,
        20.0,
    ),
    STALLED: Kind("for how long worker or beat have not reported", "the platform", "seconds", True, 0.0, 0.0),
    LAG: Kind("how long ticks wait to be scored", "the platform", "seconds", True, 0.0, 0.0),
    FEED_STOPPED: Kind("how long the feed has been silent", "the platform", "seconds", True, 0.0, 0.0),
}
