"""Made markets for tests of the features: sessions of minute bars with gaps, silent symbols and missing volume."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from risk.quant.feature_past import FeaturePast
from risk.quant.live_market import LiveMarket, OptionFacts
from risk.quant.session_features import SessionFeatures
from risk.quant.windows import BAR

MINUTES = 60
Bars = NDArray[np.void]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Market:
    """Bars (dtype BAR) of each session of symbols 0..S-1, the seasonal curve [S, M], and the index's column."""

    sessions: list[Bars]
    seasonal: FloatArray
    index: int | None = 0

    @property
    def instruments(self) -> NDArray[np.int64]:
        return np.arange(len(self.seasonal))


def made_market(
    seed: int,
    *,
    sessions: int = 4,
    symbols: int = 3,
    silence: float = 0.2,
    outages: bool = True,
    minutes: int = MINUTES,
) -> Market:
    """Return a random market: jumps, minutes without bars or without a move, volumes that are 0 or unknown.

    With `outages` the whole feed is silent for up to 20 minutes of a session, and a symbol may be for all of it.
    """
    random = np.random.default_rng(seed)
    seasonal = np.exp(random.normal(0, 0.3, (symbols, minutes)))
    seasonal /= np.sqrt(np.mean(seasonal**2, axis=1, keepdims=True))
    prices = random.integers(5_000, 500_000, symbols)
    days = []
    for number in range(sessions):
        days.append(_session(random, prices, number, minutes=minutes))
        kept = random.random(len(days[-1])) >= silence
        days[-1] = days[-1][kept & _without_outage(random, days[-1], symbols) if outages else kept]
        prices = np.rint(prices * np.exp(random.normal(0, 0.02, symbols))).astype(np.int64)
    return Market(days, seasonal)


def _session(random: np.random.Generator, prices: NDArray[np.int64], number: int, *, minutes: int) -> Bars:
    size = len(prices)
    steps = random.normal(0, 5e-4, (minutes * 4, 1)) + random.standard_t(3, (minutes * 4, size)) * 4e-4
    path = np.rint(prices * np.exp(np.cumsum(steps, axis=0))).astype(np.int64).reshape(minutes, 4, size)
    for minute in np.flatnonzero(random.random(minutes - 1) < 0.1) + 1:
        path[minute] = path[minute - 1, 3]
    bars = np.zeros((minutes, size), dtype=BAR)
    bars["instrument"], bars["session"], bars["minute"] = np.arange(size), number, np.arange(minutes)[:, None]
    bars["open"], bars["close"] = path[:, 0], path[:, 3]
    bars["high"], bars["low"] = path.max(axis=1), path.min(axis=1)
    volume = random.integers(1, 100_000, (minutes, size)).astype(np.float64)
    volume[random.random((minutes, size)) < 0.1] = 0
    volume[random.random((minutes, size)) < 0.1] = np.nan
    bars["volume"], bars["ticks"], bars["log_odds"] = volume, random.integers(1, 50, (minutes, size)), np.nan
    return bars.ravel()


def _without_outage(random: np.random.Generator, bars: Bars, symbols: int) -> NDArray[np.bool_]:
    start = random.integers(0, bars["minute"].max())
    outage = (bars["minute"] >= start) & (bars["minute"] < start + random.integers(0, 20))
    kept: NDArray[np.bool_] = ~(outage | (bars["instrument"] == random.integers(0, 2 * symbols)))
    return kept


def begun(market: Market, *, skip: int = 0) -> SessionFeatures:
    """Return the features before the last session, having seen the sessions before it but the first `skip`."""
    symbols, minutes = market.seasonal.shape
    past = FeaturePast.empty(symbols, minutes=minutes)
    for bars in market.sessions[skip:-1]:
        day = SessionFeatures(past, market.seasonal, index=market.index)
        day.replay(bars, market.instruments)
        past = day.finished()
    return SessionFeatures(past, market.seasonal, index=market.index)


def shown(market: Market, *, end: int, skip: int = 0) -> SessionFeatures:
    """Return the features after the first `end` minutes of the last session."""
    day, bars = begun(market, skip=skip), market.sessions[-1]
    day.replay(bars[bars["minute"] < end], market.instruments)
    return day


def live_market(market: Market, **changes: Any) -> LiveMarket:
    """Return a live market around the last session's closes, everything known."""
    random, symbols = np.random.default_rng(0), len(market.seasonal)
    bars = np.concatenate(market.sessions)
    last = [bars["close"][bars["instrument"] == symbol] for symbol in range(symbols)]
    price = np.array([closes[-1] / 100 if len(closes) else 100.0 for closes in last])
    price = np.round(price * np.exp(random.normal(0, 0.002, symbols)), 2)
    facts = {
        "price": price,
        "age_seconds": random.uniform(0, 30, symbols),
        "medium_variance": random.uniform(1e-8, 1e-6, symbols),
        "bid": price - 0.05,
        "ask": price + random.integers(0, 5, symbols) * 0.05,
        "tick_size": np.full(symbols, 0.05),
        "previous_close": price * 1.01,
        "lower_band": price * 0.9,
        "upper_band": price * 1.1,
        "options": OptionFacts(*np.full((6, symbols), 0.2)),
    }
    return LiveMarket.of(**{**facts, **changes})


def rows_of(bars: Bars, symbol: int) -> list[np.void]:
    """Return the bars of one symbol, by minute."""
    own = bars[bars["instrument"] == symbol]
    return cast(list[np.void], list(own[np.argsort(own["minute"])]))
