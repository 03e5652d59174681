"""When a symbol counts as silent: against simulated arrivals, and against recorded days made thin."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.silence import Patience, hearing, mean_gap, usual_longest_gap

FloatArray = NDArray[np.float64]
PATIENCE = Patience(floor_seconds=60.0, gaps=3.0)
SESSION_SECONDS, QUARTER, QUARTERS = 22_500, 900, 25
MEASURED = 10.0  # false alarms of a symbol and session, at least, when three mean gaps were the limit
TOLERATED = 0.5


@pytest.mark.parametrize("gap", [5.0, 20.0, 60.0, 120.0])
def test_the_usual_longest_gap_is_that_of_ticks_that_come_at_random(gap: float) -> None:
    chance = np.random.default_rng(7)
    longest = [chance.exponential(gap, size=round(QUARTER / gap)).max() for _ in range(4_000)]

    assert usual_longest_gap(np.array([gap]))[0] == pytest.approx(np.mean(longest), rel=0.06)


@given(st.floats(0.0, 1e5), st.floats(0.0, 1e5))
def test_who_ticks_less_is_waited_for_longer(first: float, second: float) -> None:
    limits = PATIENCE.limits(np.array(sorted((first, second))))

    assert 60.0 <= limits[0] <= limits[1]


def test_the_floor_holds_for_what_ticks_often_and_for_what_is_not_known() -> None:
    assert PATIENCE.limits(np.array([1.0, np.nan])).tolist() == [60.0, 60.0]


def test_a_quarter_hour_that_was_watched_and_had_no_tick_is_thin_and_not_unknown() -> None:
    gaps = mean_gap(np.array([[45.0, 0.0, 15.0], [0.0, 0.0, 30.0]]))

    # 45 minutes over half a tick; nothing watched; 15 minutes over 30 ticks.
    assert gaps.tolist() == [pytest.approx(5_400.0), pytest.approx(np.nan, nan_ok=True), pytest.approx(30.0)]


def test_a_thin_symbol_seldom_alarms_for_nothing(shared_data: Path) -> None:
    days = [thinned(path, 20.0) for path in sorted((shared_data / "ticks_2021").glob("*.parquet"))]

    by_mean = false_alarms(days, lambda usual: np.maximum(60.0, 3.0 * usual))
    by_longest = false_alarms(days, PATIENCE.limits)

    assert by_mean > MEASURED
    assert by_longest < TOLERATED


Day = dict[str, FloatArray]  # seconds after the open of each symbol's ticks


def thinned(path: Path, gap: float) -> tuple[Day, FloatArray]:
    """Return a recorded day whose symbols keep one tick per `gap` seconds, chosen at random, and all ticks of all."""
    table, day = pq.read_table(path, columns=["symbol", "ts_ist"]), np.datetime64(path.stem[-10:] + "T09:15:00")
    seconds = (table["ts_ist"].to_numpy().astype("datetime64[s]") - day).astype(np.float64)
    inside, chance = (seconds >= 0) & (seconds < SESSION_SECONDS), np.random.default_rng(int(day.astype(int) % 2**31))
    encoded = table["symbol"].cast("string").combine_chunks().dictionary_encode()
    symbols, kept = encoded.indices.to_numpy(), Day()
    for number, symbol in enumerate(encoded.dictionary.to_pylist()):
        own = np.unique(seconds[inside & (symbols == number)])
        kept[symbol] = own[chance.random(len(own)) < SESSION_SECONDS / gap / len(own)]
    return kept, np.unique(seconds[inside])


def false_alarms(days: list[tuple[Day, FloatArray]], law: Callable[[FloatArray], FloatArray]) -> float:
    """Return the episodes of a symbol and session while the feed was heard; limits come from the other days."""
    counts = list[int]()
    for own, everything in days:
        others = [other for other, _ in days if other is not own]
        for symbol, ticks in own.items():
            limits = law(mean_gap(learned([other[symbol] for other in others])))
            counts.append(alarms(ticks, everything, limits))
    return float(np.mean(counts))


def learned(days: list[FloatArray]) -> FloatArray:
    ticks = sum(np.bincount((day // QUARTER).astype(int), minlength=QUARTERS) for day in days)
    return np.stack((np.full(QUARTERS, 15.0 * len(days)), np.asarray(ticks, dtype=np.float64)))


def alarms(own: FloatArray, everything: FloatArray, limits: FloatArray) -> int:
    instants = np.arange(own[0] + 1.0, everything[-1])
    age = instants - own[np.searchsorted(own, instants, side="right") - 1]
    is_heard = instants - everything[np.searchsorted(everything, instants, side="right") - 1] <= PATIENCE.heard_seconds
    silent = is_heard & (age > limits[(instants // QUARTER).astype(int)])
    return int(np.count_nonzero(silent[1:] & ~silent[:-1]))


def test_an_instant_before_the_open_is_refused() -> None:
    with pytest.raises(ValueError, match="must not lie before the open"):
        hearing(np.array([0]), instant_us=1, open_us=2, limits=np.array([60.0]))
