import numpy as np
import pytest

from risk.quant.feature_fold import CELLS, FeatureFold, taught
from risk.quant.feature_past import FeaturePast
from risk.quant.features import FEATURES
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.quant.universe import Universe
from risk.tests.market_factories import SESSION, sessions_after, walked_bars

UNIVERSE = Universe(np.array([10, 20, 30]), np.array([0, 1, 1], dtype=np.int8), market=0)
MEDIUM = np.full(3, 1.6e-7)
PROFILE = Profile.empty(UNIVERSE, default_model())
JUMP_SHARE = FEATURES.index("jump_share_60")


def fold() -> FeatureFold:
    return FeatureFold(past=FeaturePast.empty(3), profile=PROFILE)


def bars_of(minutes: int) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    return walked_bars(SESSION, instruments=UNIVERSE.instruments, seed=5, minutes=minutes)


def test_each_bar_gets_the_features_of_its_instrument_at_its_close() -> None:
    found = fold().take(bars_of(70), medium=MEDIUM)

    assert found.shape == (210, *CELLS)
    assert np.isfinite(found[-3:, 0, JUMP_SHARE]).all()
    assert np.isnan(found[:3, 0, JUMP_SHARE]).all()


def test_minutes_taken_one_by_one_or_together_have_the_same_features() -> None:
    bars, together, single = bars_of(40), fold(), fold()
    whole = together.take(bars, medium=MEDIUM)
    pieces = [single.take(part, medium=MEDIUM) for part in np.split(bars, 40)]

    assert np.concatenate(pieces).tobytes() == whole.tobytes()


def test_after_a_restart_the_surroundings_are_those_of_the_fold_that_ran_on() -> None:
    bars, before, after = bars_of(90), fold(), fold()
    before.take(bars, medium=MEDIUM)

    after.replay(bars, medium=MEDIUM)

    assert after.surroundings.jump_share.tobytes() == before.surroundings.jump_share.tobytes()
    assert after.surroundings.beta.tobytes() == before.surroundings.beta.tobytes()
    assert after.surroundings.market == 0


def test_before_the_first_minute_nothing_surrounds_but_the_index_is_known() -> None:
    around = fold().surroundings

    assert np.isnan(around.jump_share).all()
    assert around.market == 0


def test_a_session_teaches_the_next_one_and_a_short_one_does_not() -> None:
    whole, short = fold(), fold()
    whole.take(bars_of(375), medium=MEDIUM)
    short.take(bars_of(100), medium=MEDIUM)

    assert (whole.roll(PROFILE).days[-1] > 0).all()
    assert (short.roll(PROFILE).days[-1] == 0).all()


def test_history_teaches_what_the_running_fold_learns() -> None:
    running, past = fold(), FeaturePast.empty(3)
    for number, session in enumerate(sessions_after(2)):
        bars = walked_bars(session, instruments=UNIVERSE.instruments, seed=number)
        running.take(bars, medium=MEDIUM)
        running.roll(PROFILE)
        past = taught(past, bars, before=PROFILE, after=PROFILE)

    assert [past.pack(k) for k in range(3)] == [running.past.pack(k) for k in range(3)]


def test_a_universe_s_market_must_be_one_of_its_instruments() -> None:
    with pytest.raises(ValueError, match="market must be a position among 1, was 1"):
        Universe(np.array([10]), np.zeros(1, dtype=np.int8), market=1)


def test_the_newest_quotes_tell_the_spread_net_of_the_step_and_a_crossed_book() -> None:
    bid, ask = np.array([np.nan, 1000.0, 1000.2]), np.array([np.nan, 1000.3, 1000.0])
    running = fold()

    found = running.take(bars_of(1), medium=MEDIUM, quotes=(bid, ask))

    # .30 less a step of .05 (the last price is just below 1,000 rupees), in basis points of the middle
    assert found[1, 0, FEATURES.index("spread_bp")] == pytest.approx(2.5, rel=0.01)
    assert found[:, 0, FEATURES.index("crossed_book")].tolist()[1:] == [0.0, 1.0]
    assert np.isnan(found[0, 0, FEATURES.index("spread_bp")])


def test_the_age_of_the_last_tick_is_not_known_inside_a_minute_that_traded() -> None:
    bars = bars_of(3)
    silent = bars[(bars["instrument"] != 20) | (bars["minute"] < 2)]
    past = taught(FeaturePast.empty(3), bars_of(375), before=PROFILE, after=PROFILE)

    found = FeatureFold(past=past, profile=PROFILE).take(silent, medium=MEDIUM)

    ages = found[-2:, 0, FEATURES.index("tick_age_ratio")]
    assert np.isnan(ages).all()
