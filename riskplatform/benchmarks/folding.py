"""The fold beside a plain loop over ticks, and a scoring cycle beside one symbol after another."""

import math
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import SimulatedClock
from risk.quant.market import MarketFold, Universe
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.quant.ticks import blank_ticks
from riskplatform.benchmarks.machine import median_seconds

SECOND_US = 1_000_000
SESSION_US = 375 * 60 * SECOND_US
OPEN_US = 1_700_010_000_000_000 // SESSION_US * SESSION_US
Row = tuple[str, str, str, str]


def rows() -> Iterator[Row]:
    """Yield (what, ours, alternative, ratio)."""
    for instruments, ticks in ((20, 10), (500, 20), (500, 100)):
        yield _fold_row(instruments, ticks)
    for instruments in (20, 500):
        yield _cycle_row(instruments)


def new_fold(instruments: int) -> MarketFold:
    """Return the fold of shares without a past, at the beginning of a simulated session."""
    universe = Universe(
        instruments=np.arange(1, instruments + 1, dtype=np.int64), asset_class=np.ones(instruments, dtype=np.int8)
    )
    model = default_model()
    return MarketFold.start(
        universe=universe, clock=SimulatedClock(), profile=Profile.empty(universe, model), model=model
    )


def market_seconds(instruments: int, *, ticks: int, seconds: int) -> list[NDArray[np.void]]:
    """Return `seconds` batches of one second each, `ticks` per instrument, in time order."""
    random = np.random.default_rng(1)
    batches = []
    for second in range(seconds):
        batch = blank_ticks(instruments * ticks)
        batch["instrument"] = np.tile(np.arange(1, instruments + 1), ticks)
        batch["exchange_time"] = (
            OPEN_US + second * SECOND_US + np.repeat(np.arange(ticks) * (SECOND_US // ticks), instruments)
        )
        batch["last_price"] = np.round(1000.0 * np.exp(random.normal(0, 2e-4, len(batch))), 2)
        batch["volume"] = second * 100.0 + np.repeat(np.arange(ticks), instruments)
        batches.append(batch)
    return batches


def _fold_row(instruments: int, ticks: int) -> Row:
    seconds = max(10, 200_000 // (instruments * ticks))
    batches = market_seconds(instruments, ticks=ticks, seconds=seconds)
    total = sum(map(len, batches))
    ours = total / median_seconds(lambda: _fold_all(instruments, batches), rounds=5)
    small = batches[: max(1, 40_000 // (instruments * ticks))]
    theirs = sum(map(len, small)) / median_seconds(lambda: _loop_all(small), rounds=3)
    what = f"fold, {instruments} symbols × {ticks} ticks a second, one instant a second"
    return (
        what,
        f"{ours / 1e6:.2f} M ticks/s",
        f"{theirs / 1e6:.2f} M ticks/s (a loop per tick)",
        f"{ours / theirs:.1f}×",
    )


def _fold_all(instruments: int, batches: list[NDArray[np.void]]) -> None:
    fold = new_fold(instruments)
    fold.advance(OPEN_US)
    for second, batch in enumerate(batches):
        fold.fold(batch)
        fold.advance(OPEN_US + (second + 1) * SECOND_US)


def _loop_all(batches: list[NDArray[np.void]]) -> dict[tuple[int, int], list[float]]:
    """The alternative: minute bars by one dictionary look-up per tick, without late policy, volume or variances."""
    bars: dict[tuple[int, int], list[float]] = {}
    for batch in batches:
        for instrument, when, price in zip(
            batch["instrument"].tolist(), batch["exchange_time"].tolist(), batch["last_price"].tolist(), strict=True
        ):
            bar = bars.setdefault((instrument, when // (60 * SECOND_US)), [price, price, price, price])
            bar[1], bar[2], bar[3] = max(bar[1], price), min(bar[2], price), price
    return bars


def _cycle_row(instruments: int) -> Row:
    fold, alone = new_fold(instruments), new_fold(1)
    batches = market_seconds(instruments, ticks=2, seconds=200)
    ours = _cycle_seconds(fold, batches)
    theirs = instruments * _cycle_seconds(alone, [batch[batch["instrument"] == 1] for batch in batches])
    what = f"cycle (fold, pass the instant, score), {instruments} symbols"
    return what, f"{1e3 * ours:.2f} ms", f"{1e3 * theirs:.1f} ms (symbol by symbol)", f"{theirs / ours:.0f}×"


def _cycle_seconds(fold: MarketFold, batches: list[NDArray[np.void]]) -> float:
    fold.advance(OPEN_US)
    stamps = [time.perf_counter()]
    for second, batch in enumerate(batches):
        fold.fold(batch)
        instant = OPEN_US + (second + 1) * SECOND_US
        fold.advance(instant)
        assert math.isfinite(float(fold.scores(instant)["score"][0]))
        stamps.append(time.perf_counter())
    return float(np.median([later - earlier for earlier, later in pairwise(stamps)]))
