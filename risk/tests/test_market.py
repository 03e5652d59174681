import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.quant.calendar import MINUTE_US, ExchangeClock
from risk.quant.market import BAR, MarketFold, StateNotReadable
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.quant.scoring import State
from risk.quant.ticks import blank_ticks
from risk.tests.market_factories import CLOCK, SESSION, fresh_fold, sessions_after, ticks_of, universe_of, walked_bars

TICKS = st.lists(
    st.tuples(st.sampled_from([10, 20, 30]), st.floats(0, 400).map(lambda s: round(s, 1)), st.floats(50, 150)),
    min_size=1,
    max_size=60,
)


def at(second: float) -> int:
    return SESSION.open_us + round(second * 1_000_000)


def no_bars() -> NDArray[np.void]:
    return np.empty(0, dtype=BAR)


@settings(max_examples=60, deadline=None)
@given(TICKS, st.data())
def test_the_state_does_not_depend_on_batch_boundaries(
    rows: list[tuple[int, float, float]], data: st.DataObject
) -> None:
    ticks = ticks_of(rows)
    ticks["volume"] = np.arange(len(ticks)) * 10.0
    cuts = sorted(data.draw(st.lists(st.integers(0, len(ticks)), max_size=5)))
    whole, parts = fresh_fold(), fresh_fold()

    late = whole.fold(ticks)
    late_in_parts = sum(parts.fold(part) for part in np.split(ticks, cuts))

    assert parts.dump() == whole.dump()
    assert late_in_parts == late
    for fold in (whole, parts):
        fold.advance(at(302))
    assert parts.dump() == whole.dump()


@settings(max_examples=30, deadline=None)
@given(TICKS, st.integers(60, 400))
def test_a_truncated_tape_gives_an_identical_prefix(rows: list[tuple[int, float, float]], end: int) -> None:
    ordered = sorted(rows, key=lambda row: row[1])
    short, full = fresh_fold(), fresh_fold()

    results = []
    for fold, tape in ((short, [row for row in ordered if row[1] < end]), (full, ordered)):
        for second in range(30, end + 1, 30):
            fold.fold(ticks_of([row for row in tape if second - 30 <= row[1] < second]))
            fold.advance(at(second))
        results.append((fold.dump(), fold.scores(at(end)).tobytes()))

    assert results[0] == results[1]


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
    expected = {}
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


def test_a_dumped_fold_continues_as_if_it_had_not_stopped() -> None:
    fold = fresh_fold()
    bars = walked_bars(SESSION, instruments=fold.universe.instruments, seed=2, minutes=90)
    today = fold.warm(bars)
    fold.fold(ticks_of([(10, 5401.0, 1000.0), (20, 5465.0, 1001.0)]))
    again = MarketFold.load(
        fold.dump(),
        universe=fold.universe,
        clock=CLOCK,
        profile=fold.profile,
        model=default_model(),
        today=today,
    )

    for each in (fold, again):
        each.fold(ticks_of([(30, 5470.0, 999.0)]))
        each.advance(SESSION.close_us + 2_000_000)

    assert again.dump() == fold.dump()
    assert [again.profile.dump_instrument(i) for i in range(3)] == [fold.profile.dump_instrument(i) for i in range(3)]


def test_the_dump_stays_small() -> None:
    fold = fresh_fold(20)
    fold.fold(ticks_of([(10 * n, 30.0, 100.0) for n in range(1, 21)]))

    assert len(fold.dump()) <= 300 * 20


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda blob: blob[:-1], "length"),
        (lambda blob: b"", "not a fold state"),
        (lambda blob: b"XXXX" + blob[4:], "not a fold state"),
        (lambda blob: blob[:4] + b"\x63\x00" + blob[6:], "schema 99"),
        (lambda blob: blob[:6] + b"0.old".ljust(16, b"\0") + blob[22:], "engine 0.old"),
    ],
)
def test_a_foreign_state_is_refused_and_names_the_command_that_helps(
    damage: Callable[[bytes], bytes], message: str
) -> None:
    fold = fresh_fold()
    parts = {"universe": fold.universe, "clock": CLOCK, "profile": fold.profile, "model": default_model()}

    with pytest.raises(StateNotReadable, match=rf"{message}.*manage\.py rebuild_fold"):
        MarketFold.load(damage(fold.dump()), today=no_bars(), **parts)


def test_a_state_of_other_instruments_is_refused() -> None:
    other = Profile.empty(universe_of(4), default_model())

    with pytest.raises(StateNotReadable, match="instruments"):
        MarketFold.load(
            fresh_fold().dump(),
            universe=other.universe,
            clock=CLOCK,
            profile=other,
            model=default_model(),
            today=no_bars(),
        )


def test_bars_outside_the_sessions_are_refused_by_the_warm_up() -> None:
    universe, model = universe_of(1), default_model()
    clock = ExchangeClock()
    fold = MarketFold.start(universe=universe, clock=clock, profile=Profile.empty(universe, model), model=model)
    bar = np.zeros(1, dtype=BAR)
    bar["instrument"], bar["start"] = 10, 60 * MINUTE_US

    with pytest.raises(ValueError, match="1 bars lie outside"):
        fold.warm(bar)
    assert len(fold.warm(no_bars())) == 0


def test_scores_are_prior_at_first_and_closed_outside_the_session() -> None:
    universe, model = universe_of(2), default_model()
    clock = ExchangeClock()
    session = clock.session_at(1_709_610_300_000_000)  # 5 March 2024, 09:15 IST
    fold = MarketFold.start(universe=universe, clock=clock, profile=Profile.empty(universe, model), model=model)
    fold.warm(walked_bars(session, instruments=universe.instruments, seed=3, minutes=375))

    assert set(fold.scores(session.close_us - 1)["state"]) == {State.PRIOR}
    closed = fold.scores(session.close_us)
    assert set(closed["state"]) == {State.CLOSED}
    assert closed["horizon_minutes"].tolist() == [0.0, 0.0]
    assert all(np.isfinite(closed[name]).all() for name in ("score", "barrier", "expected_move", "protection_cost"))


def test_the_horizon_is_cut_at_the_close() -> None:
    fold = fresh_fold()
    fold.fold(ticks_of([(10, 1.0, 100.0)]))

    assert set(fold.scores(SESSION.close_us - 20 * MINUTE_US)["horizon_minutes"]) == {20.0}
    assert set(fold.scores(SESSION.open_us)["horizon_minutes"]) == {60.0}


@settings(max_examples=20, deadline=None)
@given(st.floats(1.0, 20.0), st.integers(0, 100))
def test_the_score_never_falls_when_volatility_rises(factor: float, seed: int) -> None:
    calm, wild = fresh_fold(), fresh_fold()
    for fold, deviation in ((calm, 1e-4), (wild, 1e-4 * factor)):
        fold.warm(
            walked_bars(SESSION, instruments=fold.universe.instruments, seed=seed, deviation=deviation, minutes=60)
        )

    instant = SESSION.open_us + 60 * MINUTE_US
    assert (wild.scores(instant)["score"] >= calm.scores(instant)["score"] - 1e-6).all()
    assert (wild.scores(instant)["variance"] >= calm.scores(instant)["variance"] * (1 - 1e-6)).all()


def test_a_silent_symbol_keeps_its_forecast() -> None:
    fold = fresh_fold()
    fold.warm(walked_bars(SESSION, instruments=fold.universe.instruments, seed=4, minutes=60))
    before = fold.scores(SESSION.open_us + 60 * MINUTE_US)["variance"]

    fold.advance(SESSION.open_us + 90 * MINUTE_US)

    assert fold.scores(SESSION.open_us + 90 * MINUTE_US)["variance"].tolist() == before.tolist()
