import numpy as np
import pytest

from risk.quant.lessons import fallen
from risk.quant.model import default_model
from risk.quant.outcomes import DenseSession, Windows, first_touches, largest_moves, moves_to_end
from risk.quant.profile import Profile
from risk.tests.market_factories import SESSION, sessions_after, universe_of, walked_bars


def rolled(sessions: int, *, deviation: float = 4e-4, symbols: int = 2) -> Profile:
    universe = universe_of(symbols)
    profile = Profile.empty(universe, default_model())
    for number, session in enumerate(sessions_after(sessions)):
        bars = walked_bars(session, instruments=universe.instruments, seed=number, deviation=deviation)
        profile = profile.roll(bars, session)
    return profile


def test_the_slow_variance_is_that_of_the_returns() -> None:
    assert rolled(10).slow == pytest.approx([4e-4**2] * 2, rel=0.1)


def test_the_barrier_multiple_of_a_random_walk_nears_its_gaussian_value() -> None:
    # Gaussian 1.44 in continuous time; four steps a minute miss a part of the extremes.
    assert rolled(25).barrier_multiple == pytest.approx([1.40] * 2, abs=0.08)


def test_without_history_the_class_prior_holds() -> None:
    model, profile = default_model(), Profile.empty(universe_of(2), default_model())

    assert profile.slow.tolist() == model.prior_variance.tolist()
    assert profile.barrier_multiple.tolist() == model.prior_c.tolist()
    assert profile.correction.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_the_rings_keep_sixty_sessions() -> None:
    assert rolled(62, symbols=1).returns.shape == (60, 1, 375)


def test_a_loaded_profile_equals_the_dumped_one_bit_for_bit() -> None:
    profile = rolled(7)
    blobs = {int(pk): profile.dump_instrument(i) for i, pk in enumerate(profile.universe.instruments)}

    again = Profile.load(profile.universe, profile.model, blobs)

    assert again.session == profile.session
    assert [again.dump_instrument(i) for i in range(2)] == list(blobs.values())
    for name in ("elapsed", "correction", "barrier_multiple", "blank_scores", "falls"):
        assert getattr(again, name).tobytes() == getattr(profile, name).tobytes()


def test_an_instrument_without_a_blob_starts_empty_beside_the_others() -> None:
    profile = rolled(3)
    again = Profile.load(profile.universe, profile.model, {10: profile.dump_instrument(0)})

    assert again.sessions.tolist() == [3, 0]
    assert again.slow[1] == profile.model.prior_variance[1]
    assert again.elapsed[0].tobytes() == profile.elapsed[0].tobytes()


def test_a_blob_of_another_schema_is_refused() -> None:
    profile = rolled(1)

    with pytest.raises(ValueError, match="expected"):
        Profile.load(profile.universe, profile.model, {10: b"\x63\x00" + profile.dump_instrument(0)[2:]})


def test_a_short_special_session_only_moves_the_last_close() -> None:
    profile = rolled(3)
    session = sessions_after(4)[-1]
    short = session._replace(close_us=session.open_us + 60 * 60_000_000)
    bars = walked_bars(short, instruments=profile.universe.instruments, seed=9)

    after = profile.roll(bars, short)

    assert after.session == short.key
    assert after.last_close.tolist() == bars["close"][-2:].tolist()
    assert (after.slow.tolist(), after.sessions.tolist()) == (profile.slow.tolist(), profile.sessions.tolist())


def test_a_symbol_that_hardly_traded_teaches_nothing() -> None:
    profile = rolled(3)
    session = sessions_after(4)[-1]
    bars = walked_bars(session, instruments=profile.universe.instruments, seed=9)
    bars = bars[(bars["instrument"] == 10) | (bars["minute"] < 20)]

    after = profile.roll(bars, session)

    assert after.sessions.tolist() == [4, 3]
    assert after.slow[1] == profile.slow[1]


def test_windows_start_every_quarter_and_none_is_shorter_than_half_an_hour() -> None:
    assert Windows.of(375, horizon=60, shortest=30).starts.tolist() == list(range(15, 346, 15))
    assert Windows.of(20, horizon=60, shortest=30).starts.tolist() == []


def test_largest_moves_agree_with_a_plain_loop() -> None:
    bars = walked_bars(SESSION, instruments=np.array([10]), seed=3)
    bars = np.delete(bars, slice(40, 50))
    dense = DenseSession.of(bars, instruments=np.array([10]), minutes=375)
    windows = Windows.of(375, horizon=60, shortest=30)
    expected = []
    for start in windows.starts:
        price = bars["close"][bars["minute"] < start][-1]
        inside = bars[(bars["minute"] >= start) & (bars["minute"] < start + 60)]
        expected.append(max(np.log(inside["high"].max() / price), np.log(price / inside["low"].min())))

    found = largest_moves(dense, windows)

    assert found[0] == pytest.approx(expected, rel=1e-9)


def test_touches_and_moves_agree_with_a_plain_loop() -> None:
    bars = walked_bars(SESSION, instruments=np.array([10]), seed=4)
    bars = np.delete(bars, slice(100, 107))
    dense = DenseSession.of(bars, instruments=np.array([10]), minutes=375)
    windows, barrier = Windows.of(375, horizon=60, shortest=30), 0.002
    touches, moves = [], []
    for start in windows.starts:
        price = bars["close"][bars["minute"] < start][-1]
        inside = bars[(bars["minute"] >= start) & (bars["minute"] < start + 60)]
        reached = np.maximum(np.log(inside["high"] / price), np.log(price / inside["low"])) >= barrier
        touches.append(inside["minute"][reached][0] - start + 1 if reached.any() else np.nan)
        moves.append(np.log(inside["close"][-1] / price))

    found = first_touches(dense, windows, barrier=np.full((1, len(windows.starts)), barrier))

    assert found[0].tolist() == pytest.approx(touches, nan_ok=True)
    assert moves_to_end(dense, windows)[0] == pytest.approx(moves, rel=1e-9)


def test_a_fall_counts_in_deviations_and_fades_by_three_tenths_a_session() -> None:
    slow = np.array([0.01**2 / 375])  # a deviation of 1 % a session
    once = fallen(np.zeros(1), np.array([100_00]), np.log([98_00.0]), slow=slow)
    then = fallen(once, np.array([98_00]), np.log([99_00.0]), slow=slow)

    assert once == pytest.approx([np.log(0.98) / 0.01])
    assert then == pytest.approx(0.7 * once)


def test_a_split_counts_as_three_deviations_and_an_unknown_close_as_nothing() -> None:
    slow = np.full(2, 0.01**2 / 375)
    found = fallen(np.array([-1.0, -1.0]), np.array([100_00, 0]), np.log([50_00.0, 50_00.0]), slow=slow)

    assert found.tolist() == pytest.approx([-3.7, -0.7])
