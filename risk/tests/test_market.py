import numpy as np
import pytest

from risk.quant.ticks import blank_ticks
from risk.tests.market_factories import (
    SESSION,
    at,
    fresh_fold,
    sessions_after,
    ticks_of,
    walked_bars,
)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ((10, 5.0, 100.0), "older than the newest"),
        ((99, 70.0, 100.0), "unknown instrument"),
        ((10, 70.0, 0.0), "no price"),
        ((10, 70.0, np.nan), "not a number"),
        ((10, 70.0, np.inf), "infinite"),
    ],
)
def test_a_tick_that_cannot_be_folded_is_counted_and_changes_nothing(row: tuple[int, float, float], why: str) -> None:
    fold = fresh_fold()
    fold.fold(ticks_of([(10, 65.0, 100.0)]))
    before = fold.dump()

    assert fold.fold(ticks_of([row])) == 1, why
    assert fold.dump() == before


def test_a_tick_of_a_closed_minute_is_late_even_for_a_silent_symbol() -> None:
    fold = fresh_fold()
    fold.advance(at(120 + 2))

    assert fold.fold(ticks_of([(10, 119.9, 100.0)])) == 1
    assert fold.fold(ticks_of([(10, 120.0, 100.0)])) == 0


def test_a_minute_closes_two_seconds_after_its_end() -> None:
    fold = fresh_fold()
    fold.fold(ticks_of([(10, 30.0, 100.0)]))

    assert len(fold.advance(at(61.9)).bars) == 0
    bars = fold.advance(at(62)).bars
    assert bars[["instrument", "minute", "close", "ticks"]].tolist() == [(10, 0, 10_000, 1)]


def test_equal_times_are_folded_and_the_last_in_the_log_is_the_close() -> None:
    fold = fresh_fold()

    assert fold.fold(ticks_of([(10, 1.0, 100.0), (10, 1.0, 102.0), (10, 1.0, 99.0), (10, 1.0, 101.0)])) == 0
    bar = fold.advance(at(62)).bars[0]
    assert [bar[name] for name in ("open", "high", "low", "close")] == [10_000, 10_200, 9_900, 10_100]


def test_volume_is_the_difference_of_the_cumulative_volume() -> None:
    fold = fresh_fold()
    ticks = ticks_of([(10, 1.0, 100.0), (10, 50.0, 100.0), (10, 70.0, 100.0), (10, 130.0, 100.0)])
    ticks["volume"] = [1000.0, 1300.0, 1450.0, 1400.0]
    fold.fold(ticks)

    assert fold.advance(at(200)).bars["volume"].tolist() == [300.0, 150.0, 0.0]


def test_bars_agree_with_a_plain_loop_over_the_ticks() -> None:
    random = np.random.default_rng(5)
    rows = [(int(random.choice([10, 20, 30])), second / 2, float(random.uniform(90, 110))) for second in range(1000)]
    fold = fresh_fold()
    fold.fold(ticks_of(rows))
    expected: dict[tuple[int, int], list[int]] = {}
    for instrument, second, price in rows:
        paise = round(price * 100)
        bar = expected.setdefault((int(second // 60), instrument), [paise, paise, paise, paise])
        bar[1:] = [max(bar[1], paise), min(bar[2], paise), paise]

    bars = fold.advance(at(600)).bars

    found = {
        (int(bar["minute"]), int(bar["instrument"])): [bar[name] for name in ("open", "high", "low", "close")]
        for bar in bars
    }
    assert found == expected


def test_news_are_the_symbols_ticked_since_the_last_advance() -> None:
    fold = fresh_fold()
    fold.fold(ticks_of([(20, 1.0, 100.0)]))

    assert fold.advance(at(2)).news.tolist() == [False, True, False]
    assert fold.advance(at(3)).news.tolist() == [False, False, False]


def test_a_session_rolls_into_the_profile_and_the_next_begins() -> None:
    first, second = sessions_after(2)
    fold = fresh_fold()
    fold.warm(walked_bars(first, instruments=fold.universe.instruments, seed=1))

    rolled = fold.advance(first.close_us + 2_000_000)

    assert rolled.profile is fold.profile
    assert fold.profile_session == first.key
    assert fold.profile.sessions.tolist() == [1, 1, 1]
    assert fold.session == second
    assert fold.scores(second.open_us + 5)["previous_close"] == pytest.approx(fold.profile.last_close / 100)


def test_ticks_of_the_next_session_wait_for_the_last_one_to_close() -> None:
    first, second = sessions_after(2)
    fold = fresh_fold()
    fold.advance(first.close_us - 60_000_000)
    ticks = blank_ticks(2)
    ticks["instrument"], ticks["last_price"] = 10, [100.0, 101.0]
    ticks["exchange_time"] = [first.close_us - 1, second.open_us]

    assert fold.fold(ticks) == 0
    bars = fold.advance(second.open_us + 62_000_000).bars

    assert bars["session"].tolist() == [first.key, second.key]
    assert bars["minute"].tolist() == [374, 0]


def test_a_quiet_advance_over_many_sessions_ends_in_the_session_of_the_instant() -> None:
    fold, later = fresh_fold(), sessions_after(5)[-1]
    fold.advance(SESSION.open_us + 5_000_000)

    fold.advance(later.open_us + 5_000_000)

    assert fold.session == later
