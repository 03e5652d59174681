from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from risk.quant.backtest import walk_forward
from risk.quant.calendar import MINUTE_US, ExchangeClock, Session
from risk.quant.market import GRACE_US, MarketFold
from risk.quant.model import ScoreModel, default_model
from risk.quant.outcomes import DenseSession
from risk.quant.profile import Profile
from risk.quant.ticks import blank_ticks
from risk.quant.trials import run_trials, trial_of
from risk.quant.universe import Universe
from risk.quant.volatility import seasonality
from risk.tests.market_factories import CLOCK, PAIR, sessions_after, walked_bars

SHIPPED = default_model()
TRIAL = replace(SHIPPED, expiry_curve=1.0)
# Symbol 10 expires on every fifth session, symbol 20 never.
SESSIONS = sessions_after(60)
EXPIRIES = frozenset(session.key for session in SESSIONS[4::5])
MARKET = Universe(PAIR.instruments, PAIR.asset_class, expiries=(EXPIRIES, frozenset()))
# The last hour of an expiry day moves four times as far as its other minutes.
TRUTH = np.where(np.arange(375) >= 315, 4.0, 1.0)
TRUTH = TRUTH / np.sqrt(np.mean(TRUTH**2))


def bars_of(session: Session, number: int) -> NDArray[np.void]:
    deviation = 4e-4 * (TRUTH if session.key in EXPIRIES else np.ones(375))
    return walked_bars(session, instruments=PAIR.instruments, seed=number, deviation=deviation[:, None, None])


def taught(model: ScoreModel, *, sessions: int = 60) -> Profile:
    profile = Profile.empty(MARKET, model)
    for number, session in enumerate(SESSIONS[:sessions]):
        profile = profile.roll(bars_of(session, number), session)
    return profile


def last_hour(elapsed: NDArray[np.float64]) -> float:
    return float(elapsed[0, 375] - elapsed[0, 315])


@pytest.fixture(scope="module")
def profile() -> Profile:
    return taught(TRIAL)


def test_an_expiry_day_s_curve_nears_the_truth_that_the_ordinary_one_mixes(profile: Profile) -> None:
    truth = float(np.sum(TRUTH[315:] ** 2))
    on_expiry, ordinary = last_hour(profile.elapsed_on(SESSIONS[4].key)), last_hour(profile.elapsed)

    # Twelve expiry days against the weight of fifteen: less than half of the way from the ordinary curve to the truth.
    assert truth > 250 > on_expiry > 1.5 * ordinary
    assert last_hour(taught(replace(TRIAL, expiry_curve=1e-6)).elapsed_on(SESSIONS[4].key)) == pytest.approx(
        truth, rel=0.05
    )


def test_the_curve_is_that_of_the_expiry_days_alone_pulled_to_the_ordinary_one(profile: Profile) -> None:
    days = [
        DenseSession.of(bars_of(s, n), instruments=PAIR.instruments, minutes=375).returns()
        for n, s in enumerate(SESSIONS)
        if s.key in EXPIRIES
    ]
    returns = np.abs(np.array(days)).astype(np.float32).astype(np.float64)

    own = seasonality(returns, prior=profile.seasonal, prior_sessions=15.0)

    assert np.diff(profile.elapsed_on(SESSIONS[4].key)[0]) == pytest.approx(own[0] ** 2, rel=1e-9)


def test_other_days_and_symbols_without_expiries_keep_the_ordinary_curve(profile: Profile) -> None:
    ordinary = profile.elapsed

    assert profile.elapsed_on(SESSIONS[5].key).tobytes() == ordinary.tobytes()
    assert profile.elapsed_on(SESSIONS[4].key)[1] == pytest.approx(ordinary[1], rel=1e-12)
    assert np.isnan(profile.expiry_returns[:, 1]).all()


def test_the_ring_keeps_so_many_expiry_days_as_the_model_says() -> None:
    short = taught(replace(TRIAL, ring_sessions=6))

    assert short.expiry_returns.shape == (6, 2, 375)


def test_a_curve_pulled_hard_is_the_ordinary_one() -> None:
    pulled = taught(replace(TRIAL, expiry_curve=1e12))

    assert pulled.elapsed_on(SESSIONS[4].key) == pytest.approx(pulled.elapsed, rel=1e-9)


def test_the_barrier_and_all_that_it_is_made_of_stay_bit_for_bit(profile: Profile) -> None:
    shipped = taught(SHIPPED)

    for name in ("seasonal", "elapsed", "slow", "daily", "ratios", "barrier_multiple"):
        assert getattr(profile, name).tobytes() == getattr(shipped, name).tobytes(), name
    assert profile.barrier.scale.tobytes() == shipped.barrier.scale.tobytes()
    assert profile.barrier.elapsed.tobytes() == shipped.barrier.elapsed.tobytes()


def test_without_a_trial_nothing_is_kept_and_the_curve_is_the_same_object() -> None:
    shipped = taught(SHIPPED, sessions=10)

    assert len(shipped.expiry_returns) == 0
    assert shipped.elapsed_on(SESSIONS[4].key) is shipped.elapsed


@pytest.mark.parametrize(
    ("rolling", "texts"),
    [(False, ["expiry_curve=0.001"]), (True, ["expiry_curve=0.001", "auction_minutes=1", "jump_part=1"])],
)
def test_the_trials_judge_the_same_windows_and_change_the_forecast(rolling: bool, texts: list[str]) -> None:
    bars = np.concatenate([bars_of(session, number) for number, session in enumerate(SESSIONS[:11])])
    walk = partial(walk_forward, bars, clock=CLOCK, universe=MARKET, fit_sessions=8, rolling_barrier=rolling)
    verdict = walk(model=SHIPPED)

    shipped, *tried = run_trials(
        verdict,
        [trial_of(text) for text in texts],
        universe=MARKET,
        rewalk=lambda model: walk(model=model),
        random=np.random.default_rng(3),
        resamples=50,
    )

    assert [row.judged.base_rate for row in tried] == [shipped.judged.base_rate] * len(texts)
    assert all(row.judged.brier != pytest.approx(shipped.judged.brier, abs=1e-9) for row in tried)


@pytest.mark.parametrize("apart", [1, 5])
def test_the_minutes_of_an_auction_are_smoothed_with_none(apart: int) -> None:
    random = np.random.default_rng(5)
    deviation = np.where(np.arange(375) >= 375 - apart, 6.0, 1.0)
    returns = np.abs(random.normal(0.0, 1e-4 * deviation, (400, 1, 375)))
    truth = deviation / np.sqrt(np.mean(deviation**2))

    found, smeared = (
        seasonality(returns, prior=np.ones((1, 375)), prior_sessions=1e-6, apart=minutes)[0] for minutes in (apart, 0)
    )

    assert found[-apart:] == pytest.approx(truth[-apart:], rel=0.12)
    assert found[-apart - 8 : -apart] == pytest.approx(truth[-apart - 8 : -apart], rel=0.12)
    assert smeared[-apart - 1] > 1.3 * truth[-apart - 1]


def test_the_profile_of_a_trial_is_not_stored(profile: Profile) -> None:
    with pytest.raises(ValueError, match="the profile of a trial cannot be stored"):
        profile.dump_instrument(0)


def test_the_exchange_s_auction_lies_outside_the_session_and_disturbs_no_curve() -> None:
    # Since August 2026 trading ends at 15:15 and the auction at 15:35.
    clock, universe = ExchangeClock(), Universe(np.array([10]), np.ones(1, dtype=np.int8))
    session = clock.session_on(date(2026, 8, 4))
    assert session is not None and session.minutes == 360
    ticks = blank_ticks(360 + 20)
    ticks["instrument"] = 10
    ticks["exchange_time"] = session.open_us + np.arange(380) * MINUTE_US + 1
    ticks["last_price"] = np.where(np.arange(380) < 360, 100.0 + np.arange(380) % 7 / 10, 150.0)
    learnt = []
    for sent in (ticks[:360], ticks):
        fold = MarketFold.start(universe=universe, clock=clock, profile=Profile.empty(universe, SHIPPED), model=SHIPPED)
        late = fold.fold(sent)
        fold.advance(session.close_us + GRACE_US)
        fold.advance(session.close_us + 30 * MINUTE_US)
        learnt.append((late, fold.profile))

    assert clock.phase_at(session.close_us + 1) == "closing_auction"
    assert [late for late, _ in learnt] == [0, 20]
    assert learnt[0][1].sessions.tolist() == [1]
    assert learnt[1][1].dump_instrument(0) == learnt[0][1].dump_instrument(0)
