import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.quant.ranges import is_unadjusted, night_moves, range_variance, same_scale

FLAT = [100, 100, 100, 100]


def days_of(*sessions: Sequence[float]) -> NDArray[np.float64]:
    return np.array(sessions, dtype=np.float64)[:, :, None]


def random_days(seed: int, sessions: int, symbols: int = 2) -> NDArray[np.int64]:
    random = np.random.default_rng(seed)
    paths = np.cumsum(random.normal(0, 0.004, (sessions * 20, symbols)), axis=0).reshape(sessions, 20, symbols)
    prices = np.rint(100_000 * np.exp(paths)).astype(np.int64)
    return np.stack((prices[:, 0], prices.max(axis=1), prices.min(axis=1), prices[:, -1]), axis=1)


def twin(days: NDArray[np.int64]) -> tuple[float, float, float, float]:
    """Return the four variances of one symbol [D, 4] from the papers' formulae."""
    rows = [[math.log(price) for price in day] for day in days.tolist()]
    used = rows[1:]
    n = len(used)
    parkinson = sum((h - low) ** 2 for _, h, low, _ in used) / (4 * math.log(2) * n)
    klass = sum(0.5 * (h - low) ** 2 - (2 * math.log(2) - 1) * (c - o) ** 2 for o, h, low, c in used) / n
    satchell = sum((h - c) * (h - o) + (low - c) * (low - o) for o, h, low, c in used) / n
    nights = [after[0] - before[3] for before, after in zip(rows, used, strict=False)]
    bodies = [c - o for o, _, _, c in used]
    spreads = [sum((x - sum(legs) / n) ** 2 for x in legs) / (n - 1) for legs in (nights, bodies)]
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    return parkinson, klass, satchell, spreads[0] + k * spreads[1] + (1 - k) * satchell


@given(st.integers(0, 10**6), st.integers(3, 21))
def test_the_estimators_equal_their_formulae(seed: int, sessions: int) -> None:
    days = random_days(seed, sessions)

    found = range_variance(days)

    for symbol in range(2):
        values = [getattr(found, name)[symbol] for name in found._fields[:4]]
        assert values == pytest.approx(twin(days[:, :, symbol]), rel=1e-12)


def test_one_session_is_worked_by_hand() -> None:
    # Opens at 1, rises to e^.02, falls to e^-.01, closes at e^.01.
    day = [math.exp(x) for x in (0, 0.02, -0.01, 0.01)]

    found = range_variance(days_of(FLAT, day))

    assert found.parkinson == pytest.approx([0.0009 / (4 * math.log(2))])
    assert found.garman_klass == pytest.approx([0.00045 - (2 * math.log(2) - 1) * 0.0001])
    assert found.rogers_satchell == pytest.approx([0.02 * 0.01 + 0.01 * 0.02])
    assert np.isnan(found.yang_zhang).all()
    assert (found.sessions.tolist(), found.nights.tolist()) == ([1], [0])


@given(st.integers(0, 1000), st.integers(2, 50))
def test_the_unit_of_the_prices_does_not_matter(seed: int, factor: int) -> None:
    days = random_days(seed, 6)

    assert np.array(range_variance(days * factor)) == pytest.approx(np.array(range_variance(days)), rel=1e-9)


def test_the_estimators_find_the_variance_of_a_random_walk() -> None:
    random = np.random.default_rng(1)
    steps = random.normal(0, 0.01 / np.sqrt(400), (21, 400, 400))
    paths = np.cumsum(steps.reshape(-1, 400), axis=0).reshape(21, 400, 400)
    prices = np.exp(np.concatenate((np.concatenate((np.zeros((1, 1, 400)), paths[:-1, -1:])), paths), axis=1))
    days = np.stack((prices[:, 0], prices.max(axis=1), prices.min(axis=1), prices[:, -1]), axis=1)

    found = range_variance(days)

    # 400 steps a session miss a part of the extremes, about 5 % of the range.
    for name in ("parkinson", "garman_klass", "rogers_satchell", "yang_zhang"):
        assert np.mean(getattr(found, name)) == pytest.approx(1e-4, rel=0.13)


def test_missing_sessions_and_unadjusted_nights_are_left_out() -> None:
    split = [50, 51, 49, 50]
    found = range_variance(days_of(FLAT, [101, 102, 100, 101], [0] * 4, [99, 100, 98, 99], split, [51, 52, 50, 51]))

    assert found.sessions.tolist() == [4]
    assert found.nights.tolist() == [2]  # the nights into the second and the last session


def test_a_symbol_without_sessions_is_unknown() -> None:
    found = range_variance(np.zeros((21, 4, 1), dtype=np.int64))

    assert np.isnan([found.parkinson, found.garman_klass, found.rogers_satchell, found.yang_zhang]).all()


@pytest.mark.parametrize(
    "wrong",
    [[100, 99, 98, 99], [100, 101, 100, 99], [-100, -99, -101, -100], [0, 101, 99, 100], [np.nan, 101, 99, 100]],
)
def test_impossible_sessions_are_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match=r"high and low around its open and close, had \["):
        range_variance(days_of(FLAT, wrong))


def test_days_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        range_variance(np.ones((21, 5, 2)))


def test_a_night_is_measured_from_the_last_known_close_and_flagged_beyond_15_percent() -> None:
    days = days_of(FLAT, [0] * 4, [50, 50, 50, 50], [57, 57, 57, 57])

    moves = night_moves(days)[:, 0]

    assert moves == pytest.approx([np.nan, np.nan, math.log(0.5), math.log(1.14)], nan_ok=True)
    assert is_unadjusted(moves).tolist() == [False, False, True, False]
    assert same_scale(days)[:, 0].tolist() == [False, False, True, True]


@pytest.mark.recorded
def test_recorded_bonuses_and_splits_are_flagged_and_no_crash_is(shared_data: Path) -> None:
    flagged = set()
    for path in sorted((shared_data / "daily").glob("stocks_daily_*.parquet")):
        table = pq.read_table(path).sort_by([("symbol", "ascending"), ("date", "ascending")]).to_pydict()
        symbols, dates = np.array(table["symbol"]), np.array(table["date"])
        night = np.log(np.array(table["open"])[1:] / np.array(table["close"])[:-1])
        beyond = np.flatnonzero(is_unadjusted(night) & (symbols[1:] == symbols[:-1])) + 1
        flagged |= {(str(symbols[row]), str(dates[row])[:10]) for row in beyond}

    # The data's own list of bonuses and splits, and NTPC's bonus of one for five.
    assert flagged == {
        ("RELIANCE", "2017-09-07"), ("LT", "2017-07-13"), ("TCS", "2018-05-31"), ("INFY", "2018-09-04"),
        ("HDFCBANK", "2019-09-19"), ("WIPRO", "2017-06-13"), ("WIPRO", "2019-03-06"), ("NTPC", "2019-03-19"),
    }  # fmt: skip
