"""What the kinds of rules measure of each symbol, from the folds' state at an instant.  Pure; NaN is not known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk import alert_kinds as kinds
from risk.quant.feature_fold import INDEX, FeatureFold
from risk.quant.feature_past import SPREAD_ROW
from risk.quant.liquidity import spread_bp, standardised
from risk.quant.market import MarketFold
from risk.quant.volatility import FAST, MEDIUM

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PERCENT: Final = 100.0


@dataclass(frozen=True)
class Sight:
    """What is seen of S symbols at an instant, arrays [S].

    `change` is the newest price's, in percent of the last close; `silent_seconds` count beyond the feed's own silence,
    `still_minutes` at one price under ticks; `score` is of who has a record at the instant; `features` gives those of
    the last closed minute by name.  `market` is the column of the index, None without it.
    """

    change: Floats
    volatility_ratio: Floats
    implied_ratio: Floats
    spread_deviation: Floats
    silent_seconds: Floats
    still_minutes: Floats
    score: Floats
    is_index: Bools
    market: int | None
    features: Callable[[str], Floats]

    def measured(self, kind: str, window: str) -> Floats:
        """Return a kind's measure [S].  Raises KeyError for a kind that no fold can judge."""
        return _MEASURES[kind](self, window)


def sight(
    market: MarketFold,
    features: FeatureFold,
    *,
    is_heard: Bools,
    bucket: int,
    silent_seconds: Floats,
    still_minutes: Floats,
    score: Floats,
) -> Sight:
    """Return what the folds show; of a symbol that is not heard in this session only its silence is known.

    `bucket` is the running quarter of an hour of the session.
    """
    legs = market.legs
    fast, medium = legs[FAST], legs[MEDIUM]
    known = is_heard & (medium > 0) & (fast > 0)
    ratio = np.sqrt(np.divide(fast, medium, out=np.full_like(fast, np.nan), where=known))
    table = features.table

    def feature(name: str) -> Floats:
        return np.where(is_heard, np.nan if table is None else table.of(name).value, np.nan)

    return Sight(
        change=np.where(is_heard, PERCENT * market.price_changes, np.nan),
        volatility_ratio=ratio,
        implied_ratio=features.implied_ratio,
        spread_deviation=np.where(is_heard, spread_deviation(features, spread_bp(*market.quotes), bucket), np.nan),
        silent_seconds=silent_seconds,
        still_minutes=np.where(is_heard, still_minutes, np.nan),
        score=score,
        is_index=market.universe.asset_class == INDEX,
        market=market.universe.market,
        features=feature,
    )


def of_scores(score: Floats) -> Sight:
    """Return what is seen where nothing but scores [S] is."""
    unknown = np.full_like(score, np.nan)
    return Sight(
        change=unknown,
        volatility_ratio=unknown,
        implied_ratio=unknown,
        spread_deviation=unknown,
        silent_seconds=unknown,
        still_minutes=unknown,
        score=score,
        is_index=np.zeros(len(score), dtype=np.bool_),
        market=None,
        features=lambda name: unknown,
    )


def spread_deviation(features: FeatureFold, spread: Floats, bucket: int) -> Floats:
    """Return spreads in basis points [S] against what is usual in a quarter of an hour, in deviations of the log."""
    statistics = features.past.statistics
    usual = statistics[:, min(bucket, statistics.shape[1] - 1), SPREAD_ROW]
    logs: Floats = np.log(np.where(spread > 0, spread, np.nan))
    return standardised(logs, usual)


def _to_band(seen: Sight, window: str) -> Floats:
    left = np.maximum(float(window) - np.abs(seen.change), 0.0)
    return np.where(seen.is_index, np.nan, left)  # an index has no band


def _to_breaker(seen: Sight, window: str) -> Floats:
    left = np.full_like(seen.change, np.nan)
    if seen.market is not None:
        left[seen.market] = np.maximum(float(window) - np.abs(seen.change[seen.market]), 0.0)
    return left


_MEASURES: Final[Mapping[str, Callable[[Sight, str], Floats]]] = {
    kinds.SCORE: lambda seen, window: seen.score,
    kinds.STALE: lambda seen, window: seen.silent_seconds,
    kinds.FROZEN: lambda seen, window: seen.still_minutes,
    kinds.BAND: _to_band,
    kinds.BREAKER: _to_breaker,
    kinds.VOLATILITY: lambda seen, window: seen.volatility_ratio,
    kinds.IMPLIED: lambda seen, window: seen.implied_ratio,
    kinds.DRAWDOWN: lambda seen, window: PERCENT * seen.features(f"drawdown_{window}"),
    kinds.VOLUME: lambda seen, window: seen.features(f"volume_z_{window}"),
    kinds.SPREAD: lambda seen, window: seen.spread_deviation,
}
