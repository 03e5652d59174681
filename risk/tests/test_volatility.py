import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US
from risk.quant.model import default_model
from risk.quant.ticks import blank_ticks
from risk.quant.volatility import (
    PARKINSON,
    blended,
    elapsed_variance_time,
    half_life_decay,
    implied_variance,
    seasonality,
    updated_legs,
    variance_time,
)
from risk.tests.market_factories import SESSION, fresh_fold, walked_bars

DECAYS = default_model().decays
FloatArray = NDArray[np.float64]


def step(legs: FloatArray, **changes: FloatArray) -> FloatArray:
    one = {name: np.ones(1) for name in ("squared_range", "minutes", "seasonal", "elapsed")}
    return updated_legs(legs, **(one | changes), decays=DECAYS, cap=25.0)


def test_half_lives_are_15_and_90_minutes() -> None:
    assert DECAYS ** np.array([15, 90]) == pytest.approx([0.5] * 2)
    assert half_life_decay(15) == pytest.approx(DECAYS[0])


def test_the_fold_agrees_with_a_plain_loop_over_its_bars() -> None:
    fold = fresh_fold(1)
    bars = walked_bars(SESSION, instruments=fold.universe.instruments, seed=11, minutes=200)
    bars = np.delete(bars, slice(50, 57))  # the symbol is silent for seven minutes
    s2 = np.diff(fold.profile.elapsed[0])
    legs = fold.profile.legs[:, 0].copy()
    before, boundary = bars["open"][0], 0

    for bar in bars:
        minutes = bar["minute"] + 1 - boundary
        span = s2[boundary : bar["minute"] + 1].sum()
        high, low = max(bar["high"], before), min(bar["low"], before)
        seen = min(np.log(high / low) ** 2 / (4 * np.log(2)) / span, 25 * legs[1])
        weights = np.array([0.5 ** (minutes / half_life) for half_life in (15, 90)])
        legs = weights * legs + (1 - weights) * seen
        before, boundary = bar["close"], bar["minute"] + 1

    fold.warm(bars)
    assert fold.legs[:2, 0] == pytest.approx(legs, rel=1e-12)


def test_a_gap_counts_its_return_once_over_all_its_minutes() -> None:
    legs = np.full((2, 1), 2.0)
    after = step(legs, minutes=np.array([10.0]), squared_range=np.array([30.0]) / PARKINSON, seasonal=np.array([10.0]))

    assert after[0, 0] == pytest.approx(DECAYS[0] ** 10 * 2 + (1 - DECAYS[0] ** 10) * 3)


@given(st.floats(0, 1))
def test_a_running_minute_of_average_size_does_not_move_the_forecast(elapsed: float) -> None:
    legs = np.ones((2, 1))
    share = np.array([elapsed])
    after = step(legs, squared_range=share / PARKINSON, elapsed=share)

    assert after == pytest.approx(legs)


def test_one_false_print_is_capped_at_25_medium_variances() -> None:
    after = step(np.ones((2, 1)), squared_range=np.array([1e9]))

    assert after[0, 0] == pytest.approx(1 + (1 - DECAYS[0]) * 24)


def test_implied_volatility_covers_sessions_and_nights_of_a_year() -> None:
    # By hand: 20 % a year, three quarters of it in 252 sessions of 375 minutes: .04 * .75 / 94,500.
    found = implied_variance(np.array([0.2, np.nan]), open_share=0.75)

    assert found[0] == pytest.approx(3.1746e-7, rel=1e-4)
    assert np.isnan(found[1])


@pytest.mark.parametrize("volatility", [0.0, -0.1])
def test_an_implied_volatility_that_is_not_positive_is_refused(volatility: float) -> None:
    with pytest.raises(ValueError, match="must be positive and finite, or NaN, was"):
        implied_variance(np.array([volatility]), open_share=0.75)


@pytest.mark.parametrize("share", [0.0, 1.1, -1.0])
def test_an_open_share_outside_the_unit_interval_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="open_share must lie"):
        implied_variance(np.array([0.2]), open_share=share)


def test_seasonality_finds_the_shape_of_the_day_and_has_unit_mean_square() -> None:
    random = np.random.default_rng(7)
    true = np.linspace(2, 0.5, 375)
    returns = np.abs(random.normal(size=(60, 1, 375))) * true * 3e-4
    found = seasonality(returns, prior=np.ones((1, 375)), prior_sessions=1.0)

    assert np.mean(found**2) == pytest.approx(1)
    assert np.corrcoef(found[0], true)[0, 1] > 0.98


def test_seasonality_without_history_is_the_scaled_prior() -> None:
    prior = np.linspace(3, 1, 375)[None]
    found = seasonality(np.zeros((0, 1, 375)), prior=prior, prior_sessions=5.0)

    assert found == pytest.approx(prior / np.sqrt(np.mean(prior**2)))


def test_variance_time_of_a_whole_session_is_its_length_and_parts_add_up() -> None:
    seasonal = np.abs(np.random.default_rng(1).normal(size=(2, 375)))
    seasonal /= np.sqrt(np.mean(seasonal**2, axis=1, keepdims=True))
    elapsed = elapsed_variance_time(seasonal)

    whole = variance_time(elapsed, start=0, end=375)
    parts = variance_time(elapsed, start=0, end=100.25) + variance_time(elapsed, start=100.25, end=375)

    assert whole == pytest.approx([375, 375])
    assert parts == pytest.approx(whole)
    assert variance_time(elapsed, start=374, end=500) == pytest.approx(seasonal[:, -1] ** 2)


def test_a_session_leg_is_the_mean_at_first_and_an_ewma_later() -> None:
    leg = np.zeros(1)
    for count, seen in enumerate((1.0, 2.0, 6.0)):
        leg = blended(leg, np.array([seen]), decay=0.94, sessions=np.array([count]))
    assert leg == pytest.approx([3.0])

    assert blended(leg, np.array([5.0]), decay=0.94, sessions=np.array([100])) == pytest.approx([0.94 * 3 + 0.06 * 5])


def test_the_partial_minute_leads_to_the_closed_one() -> None:
    fold = fresh_fold(1)
    bars = walked_bars(SESSION, instruments=fold.universe.instruments, seed=12, minutes=31)
    fold.warm(bars[:30])
    now = SESSION.open_us + 31 * MINUTE_US
    running = fresh_fold(1)
    running.warm(bars[:30])
    ticks = blank_ticks(4)
    ticks["instrument"] = 10
    ticks["exchange_time"] = now - np.array([3000, 2000, 1000, 1])
    ticks["last_price"] = np.array([bars[30][name] for name in ("open", "high", "low", "close")]) / 100
    running.fold(ticks)
    fold.warm(bars[30:])

    assert running.scores(now)["variance"] == pytest.approx(fold.scores(now)["variance"], rel=1e-6)
