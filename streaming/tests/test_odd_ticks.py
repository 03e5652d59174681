"""Prices that nobody paid, clocks of another zone, days without trading."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.quant.calendar import ExchangeClock, NotCovered
from streaming.feeds.base import Refusals
from streaming.feeds.exchange_days import ExchangeDays
from streaming.feeds.odd_ticks import OddTicks
from streaming.tests.feed_factories import SECOND, make_tick, trading_day

DAY = trading_day()
OPEN = DAY.session.open_us
NAMES = {1: "AAA", 2: "BBB"}


def priced(prices: list[float], *, step: int = SECOND, instrument: int = 1) -> NDArray[np.void]:
    ticks = [make_tick(at=OPEN + n * step, price=p, instrument=instrument) for n, p in enumerate(prices)]
    return np.concatenate(ticks)


def sifted(ticks: NDArray[np.void], *, cuts: list[int] | None = None) -> tuple[list[float], dict[str, int]]:
    odd, kept, refusals = OddTicks(np.array([1, 2])), list[float](), Refusals()
    for start, stop in pairwise([0, *sorted(cuts or []), len(ticks)]):
        kept += odd.sift(ticks[start:stop], DAY, refusals, names=NAMES)["last_price"].tolist()
    return kept, dict(refusals.counts)


@pytest.mark.parametrize(
    ("prices", "kept"),
    [
        ([100, 500, 101, 1, 102], [100, 101, 102]),  # lone wild prices
        ([100, 500, 501, 101], [100, 101]),  # twice is not enough
        ([100, 50, 51, 50, 49], [100, 50, 49]),  # a split: the third is believed
        ([100, 500, 5, 500, 101], [100, 101]),  # a wild price that is not confirmed begins anew
        ([100, 119, 140, 113], [100, 119, 140, 113]),  # each within 20 % of the one before
        ([100, 120.0], [100, 120.0]),
        ([100, 120.1], [100]),
    ],
)
def test_a_lone_wild_price_is_refused_and_a_new_level_believed_at_the_third(
    prices: list[float], kept: list[float]
) -> None:
    assert sifted(priced(prices)) == (kept, {"price_jump": len(prices) - len(kept)} if len(prices) > len(kept) else {})


def test_a_wild_price_repeated_in_the_same_moment_confirms_nothing() -> None:
    ticks = priced([100.0, 500.0, 500.0, 500.0, 500.0], step=0)

    assert sifted(ticks) == ([100.0], {"price_jump": 4})


@pytest.mark.parametrize("cuts", [[], [2], [2, 3], [1, 2, 3, 4]])
def test_a_doubt_ends_with_the_next_believed_price_in_whichever_batch_that_comes(cuts: list[int]) -> None:
    assert sifted(priced([100.0, 500.0, 101.0, 501.0, 502.0]), cuts=cuts) == ([100.0, 101.0], {"price_jump": 3})


def test_another_instruments_price_is_no_jump() -> None:
    both = np.concatenate([priced([100.0, 101.0]), priced([9_000.0, 9_001.0], instrument=2)])

    assert sifted(both[[0, 2, 1, 3]]) == ([100.0, 9_000.0, 101.0, 9_001.0], {})


def test_a_price_outside_the_session_is_nothing_to_compare_with() -> None:
    early = make_tick(at=OPEN - 60 * SECOND, price=1.0)

    assert sifted(np.concatenate([early, priced([100.0, 101.0])])) == ([1.0, 100.0, 101.0], {})


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2]), st.sampled_from([100.0, 110.0, 130.0, 500.0, 510.0]), st.integers(0, 3))
    ),
    st.lists(st.integers(0, 30), max_size=4),
)
def test_what_is_refused_does_not_depend_on_where_the_batches_are_cut(
    rows: list[tuple[int, float, int]], cuts: list[int]
) -> None:
    ticks = [make_tick(at=OPEN + at * SECOND, price=price, instrument=name) for name, price, at in rows]
    batch = np.concatenate(ticks) if ticks else make_tick(at=OPEN)[:0]

    assert sifted(batch, cuts=[min(cut, len(batch)) for cut in cuts]) == sifted(batch)


@pytest.mark.parametrize(
    ("ahead_seconds", "strays"),
    [(19_800, True), (19_741, True), (19_739, False), (19_805, True), (19_806, False), (-19_800, True), (-19_804, True),
     (-19_806, False), (-19_794, False), (0, False)],
)  # fmt: skip
def test_indian_clock_time_passed_for_utc_is_found_out_and_its_reverse(ahead_seconds: int, strays: bool) -> None:
    tick = make_tick(at=OPEN + ahead_seconds * SECOND, received=OPEN)

    assert sifted(tick) == (([], {"wrong_time_zone": 1}) if strays else ([100.0], {}))


DAYS = ExchangeDays(ExchangeClock("NSE"))


@pytest.mark.parametrize(
    ("instant", "key", "minutes"),
    [
        ("2021-04-08T03:45", 20210408, 375),  # a Thursday, from 09:15 to 15:30 in India
        ("2021-04-07T18:30", 20210408, 375),  # midnight in India
        ("2021-04-08T18:29:59", 20210408, 375),
        ("2021-04-11T06:00", 20210411, 0),  # a Sunday
        ("2021-04-14T06:00", 20210414, 0),  # Ambedkar Jayanti
        ("2026-02-01T06:00", 20260201, 375),  # a Sunday with a session: the Union Budget
    ],
)
def test_a_day_is_indias_and_one_without_trading_has_no_length(instant: str, key: int, minutes: int) -> None:
    at = int(np.datetime64(instant, "us").astype(np.int64))

    day = DAYS.at(at)

    assert (day.session.key, day.session.minutes) == (key, minutes)
    assert day.start_us <= at < day.end_us == day.start_us + 86_400 * SECOND


@pytest.mark.parametrize("instant", ["2027-01-04T06:00", "2026-11-08T06:00"])
def test_a_day_that_the_calendar_does_not_know_is_not_guessed(instant: str) -> None:
    with pytest.raises(NotCovered):
        DAYS.at(int(np.datetime64(instant, "us").astype(np.int64)))
