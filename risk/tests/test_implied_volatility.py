"""Answers: against published and fifty-digit figures, and laws they obey."""

import math
from statistics import NormalDist

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from risk.quant.black76 import price
from risk.quant.chain import SIDES as BOTH
from risk.quant.implied_volatility import BLOCK, implied_volatility
from risk.quant.reasons import Reason
from risk.quant.terms import OptionType
from riskplatform.benchmarks.hard_volatilities import HardCases, hard_cases

EPS = np.finfo(np.float64).eps
# Twice what the mathematics loses, for the pricing function rounds as well.
ROUNDINGS = 8.0

SIDES = st.sampled_from(BOTH)
VOLATILITIES = st.floats(0.02, 3.0)
EXPIRIES = st.floats(1e-4, 5.0)
LOG_MONEYNESS = st.floats(-1.0, 1.0)


@pytest.fixture(scope="module")
def hard() -> HardCases:
    return hard_cases()


def implied(side: OptionType, value: float, *, futures: float, strike: float, expiry: float, rate: float) -> float:
    found = implied_volatility(side, price=value, futures=futures, strike=strike, expiry=expiry, rate=rate)
    return float(found.volatility)


def attainable(side: OptionType, *, futures: float, strike: float, volatility: float, expiry: float) -> float:
    """Return the relative error that one rounding of an undiscounted price makes: price eps / (vega sigma)."""
    normal = NormalDist()
    spread = volatility * math.sqrt(expiry)
    d1 = math.log(futures / strike) / spread + spread / 2
    sign = 1 if side == "call" else -1
    value = sign * (futures * normal.cdf(sign * d1) - strike * normal.cdf(sign * (d1 - spread)))
    return value * EPS / max(futures * normal.pdf(d1) * spread, 1e-300)


def test_the_textbook_option_on_a_future_has_its_volatility() -> None:
    # Haug, Option Pricing Formulas (1998), section 1.1.3: F 19, X 19, T .75, r .10, v .28 -> 1.7011
    for side in BOTH:
        found = implied(side, 1.7011, futures=19, strike=19, expiry=0.75, rate=0.10)
        # Vega is 6.04, so half a unit of the last printed digit is 1e-5 of volatility.
        assert found == pytest.approx(0.28, abs=1e-5)


def test_there_are_enough_hard_cases_of_every_kind(hard: HardCases) -> None:
    in_the_money = np.where(hard.is_call, hard.futures > hard.strike, hard.futures < hard.strike)
    maximum = np.exp(-hard.rate * hard.expiry) * np.where(hard.is_call, hard.futures, hard.strike)

    assert len(hard.price) >= 2_900
    assert hard.price.min() < 1e-289
    assert in_the_money.sum() > 900
    assert (hard.futures == hard.strike).sum() > 200
    assert (hard.volatility >= 4.0).sum() > 100
    assert (hard.expiry < 1e-7).sum() > 50
    assert (hard.price > 0.999999 * maximum).sum() > 20


def test_no_hard_case_is_answered_wrongly(hard: HardCases) -> None:
    found = implied_volatility(hard.is_call, **hard.question)

    assert set(found.reason.tolist()) == {Reason.OK}
    assert [hard.describe(at) for at in np.flatnonzero(hard.wrong(found.volatility)).tolist()] == []


def test_hard_cases_are_answered_to_the_last_digits_that_their_prices_hold(hard: HardCases) -> None:
    found = implied_volatility(hard.is_call, **hard.question)

    beyond = hard.errors(found.volatility) > np.maximum(2e-14, 4 * hard.attainable)
    assert [hard.describe(at) for at in np.flatnonzero(beyond).tolist()] == []


@given(SIDES, LOG_MONEYNESS, VOLATILITIES, EXPIRIES, st.floats(-0.1, 0.2))
def test_the_volatility_of_a_price_is_the_one_it_was_made_with(
    side: OptionType, x: float, volatility: float, expiry: float, rate: float
) -> None:
    strike = 100.0 * math.exp(x)
    error = attainable(side, futures=100.0, strike=strike, volatility=volatility, expiry=expiry)
    value = price(side, futures=100.0, strike=strike, volatility=volatility, expiry=expiry, rate=rate)
    assume(value > 1e-290 and error < 1e-3)

    found = implied(side, float(value), futures=100.0, strike=strike, expiry=expiry, rate=rate)

    assert found == pytest.approx(volatility, rel=max(1e-10, ROUNDINGS * error))


@given(LOG_MONEYNESS, VOLATILITIES, EXPIRIES)
def test_call_and_put_of_one_strike_have_one_volatility(x: float, volatility: float, expiry: float) -> None:
    strike = 100.0 * math.exp(x)
    errors = [attainable(side, futures=100.0, strike=strike, volatility=volatility, expiry=expiry) for side in BOTH]
    values = [
        float(price(side, futures=100.0, strike=strike, volatility=volatility, expiry=expiry, rate=0.05))
        for side in BOTH
    ]
    assume(min(values) > 1e-290 and max(errors) < 1e-3)

    call, put = (
        implied(side, value, futures=100.0, strike=strike, expiry=expiry, rate=0.05)
        for side, value in zip(BOTH, values, strict=True)
    )

    assert call == pytest.approx(put, rel=max(1e-10, 2 * ROUNDINGS * max(errors)))


@given(st.floats(-0.5, 0.5), st.floats(0.001, 0.999), st.floats(0.001, 0.999), EXPIRIES)
def test_a_dearer_option_has_a_higher_volatility(x: float, first: float, second: float, expiry: float) -> None:
    assume(abs(first - second) > 1e-9)
    strike = 100.0 * math.exp(x)
    # Shares of the way from the intrinsic value to the maximum.
    intrinsic = max(100.0 - strike, 0.0)
    cheap, dear = (intrinsic + share * (100.0 - intrinsic) for share in sorted((first, second)))

    found = [implied("call", value, futures=100.0, strike=strike, expiry=expiry, rate=0.0) for value in (cheap, dear)]

    assert 0 < found[0] < found[1]


@given(SIDES, st.floats(-0.5, 0.5), st.floats(0.05, 1.0), st.integers(-40, 40))
def test_the_currency_does_not_matter(side: OptionType, x: float, volatility: float, doublings: int) -> None:
    strike, factor = 100.0 * math.exp(x), 2.0**doublings
    value = float(price(side, futures=100.0, strike=strike, volatility=volatility, expiry=1.0, rate=0.05))

    one = implied(side, value, futures=100.0, strike=strike, expiry=1.0, rate=0.05)
    other = implied(side, factor * value, futures=factor * 100.0, strike=factor * strike, expiry=1.0, rate=0.05)

    assert other == pytest.approx(one, rel=4 * EPS, nan_ok=True)


@given(SIDES, st.floats(-0.5, 0.5), st.floats(0.05, 1.0), st.integers(-10, 10))
def test_four_times_the_time_is_half_the_volatility(
    side: OptionType, x: float, volatility: float, doublings: int
) -> None:
    strike, factor = 100.0 * math.exp(x), 2.0**doublings
    value = float(price(side, futures=100.0, strike=strike, volatility=volatility, expiry=1.0, rate=0.0))

    one = implied(side, value, futures=100.0, strike=strike, expiry=1.0, rate=0.0)
    other = implied(side, value, futures=100.0, strike=strike, expiry=factor**2, rate=0.0)

    assert factor * other == one or (math.isnan(one) and math.isnan(other))


def test_a_ratio_that_a_double_cannot_hold_is_no_obstacle() -> None:
    # F/K is 1e400; the put is worth a third of the strike, its maximum.
    found = implied("put", 1e-200 / 3, futures=1e200, strike=1e-200, expiry=1.0, rate=0.0)

    with mpmath.workdps(50):
        d1 = (400 * mpmath.log(10) + mpmath.mpf(found) ** 2 / 2) / found
        share = mpmath.ncdf(found - d1) - mpmath.mpf(10) ** 400 * mpmath.ncdf(-d1)
        assert float(share) == pytest.approx(1 / 3, rel=1e-11)


def test_sides_may_be_given_one_by_one_and_shapes_broadcast() -> None:
    strikes = np.array([90.0, 100.0, 110.0])
    expected = np.array([[0.3, 0.2, 0.25], [0.3, 0.2, 0.25]])
    values = np.stack(
        [price(side, futures=100.0, strike=strikes, volatility=expected[0], expiry=0.5, rate=0.05) for side in BOTH]
    )

    found = implied_volatility(
        np.array([[True], [False]]), price=values, futures=100.0, strike=strikes, expiry=0.5, rate=0.05
    )

    assert found.volatility.shape == found.reason.shape == (2, 3)
    np.testing.assert_allclose(found.volatility, expected, rtol=1e-12)


def test_one_price_gives_one_number_without_dimension() -> None:
    found = implied_volatility("put", price=5.0, futures=100.0, strike=100.0, expiry=0.5, rate=0.0)

    assert found.volatility.shape == found.reason.shape == ()


def test_no_prices_give_no_volatilities() -> None:
    found = implied_volatility("put", price=[], futures=100.0, strike=100.0, expiry=0.5, rate=0.0)

    assert found.volatility.shape == found.reason.shape == (0,)


def test_more_options_than_a_block_holds_are_answered_as_one_by_one() -> None:
    random = np.random.default_rng(5)
    strikes = 100.0 * np.exp(random.uniform(-0.2, 0.2, 2 * BLOCK + 7))
    values = price("call", futures=100.0, strike=strikes, volatility=0.3, expiry=0.5, rate=0.05)

    found = implied_volatility("call", price=values, futures=100.0, strike=strikes, expiry=0.5, rate=0.05)

    np.testing.assert_allclose(found.volatility, 0.3, rtol=1e-12)
