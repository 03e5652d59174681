from dataclasses import replace
from math import nan
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.quant.arbitrage import convexity_breaks, durrleman, has_butterfly_arbitrage, has_calendar_arbitrage
from risk.quant.smile import Smile

# Equity-like: ATM near 20 %, skewed, over a month.
TRUE = Smile(0.1, 0.0032, 0.03, -0.4, 0.01, 0.08, -0.25, 0.2, 31, 0.0)
# Gatheral and Jacquier (2014), example 3.1, after A. Vogt: a = -.0410, b = .1331, m = .3586, rho = .3060, sigma = .4153
VOGT_LEAST = -0.0410 + 0.1331 * 0.4153 * (1 - 0.3060**2) ** 0.5
VOGT = Smile(1.0, VOGT_LEAST, 0.1331, 0.3060, 0.3586, 0.4153, -1.5, 1.5, 31, 0.0)


def flat(volatility: float, years: float, low: float = -0.5, high: float = 0.5) -> Smile:
    return Smile(years, volatility**2 * years, 0.0, 0.0, 0.0, 0.1, low, high, 31, 0.0)


def exact_call(smile: Smile, k: Any) -> Any:
    """The undiscounted call on a forward of 1 by mpmath, with the raw SVI formula written out again."""
    x = k - mpmath.mpf(smile.shift)
    root = mpmath.sqrt(1 - mpmath.mpf(smile.correlation) ** 2)
    curve = smile.correlation * x + mpmath.sqrt(x**2 + mpmath.mpf(smile.width) ** 2) - smile.width * root
    w = smile.least_variance + smile.slope * curve
    d1 = (w / 2 - k) / mpmath.sqrt(w)
    return mpmath.ncdf(d1) - mpmath.exp(k) * mpmath.ncdf(d1 - mpmath.sqrt(w))


def density(smile: Smile, k: float) -> float:
    """The risk-neutral density in the strike: the second derivative of the call, by mpmath."""
    with mpmath.workdps(40):
        return float(mpmath.diff(lambda strike: exact_call(smile, mpmath.log(strike)), mpmath.exp(k), 2))


@pytest.mark.parametrize("smile", [TRUE, VOGT])
@pytest.mark.parametrize("k", [-0.9, -0.1, 0.0, 0.05, 0.7, 1.0])
def test_durrlemans_function_is_the_density_up_to_its_factor(smile: Smile, k: float) -> None:
    w = float(smile.total_variance(k))
    d2 = -k / w**0.5 - 0.5 * w**0.5
    factor = float(np.exp(-0.5 * d2**2) / np.sqrt(2 * np.pi * w) / np.exp(k))

    assert float(durrleman(smile, k)) * factor == pytest.approx(density(smile, k), rel=1e-9, abs=1e-14)


def test_vogts_slice_has_butterfly_arbitrage_where_the_literature_shows_it() -> None:
    # Gatheral and Jacquier (2014), figure 1: g falls below zero for k around 0.8
    assert has_butterfly_arbitrage(VOGT)
    assert float(durrleman(VOGT, 0.8)) < 0
    assert not has_butterfly_arbitrage(replace(VOGT, low=-1.0, high=0.3))
    assert not has_butterfly_arbitrage(TRUE)


def test_falling_total_variance_is_calendar_arbitrage() -> None:
    assert has_calendar_arbitrage(flat(0.30, 0.1), flat(0.20, 0.2))
    assert not has_calendar_arbitrage(flat(0.20, 0.1), flat(0.20, 0.2))
    assert not has_calendar_arbitrage(flat(0.28, 0.1), flat(0.20, 0.2))  # total variance .00784 < .008


def test_calendar_arbitrage_is_judged_only_where_both_have_quotes() -> None:
    earlier = flat(0.30, 0.1, low=-0.5, high=-0.2)

    assert not has_calendar_arbitrage(earlier, flat(0.20, 0.2, low=-0.1))
    assert has_calendar_arbitrage(earlier, flat(0.20, 0.2, low=-0.3))


def test_slices_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="later must expire after earlier"):
        has_calendar_arbitrage(flat(0.2, 0.1), flat(0.2, 0.1))


def test_a_dear_body_breaks_convexity_beyond_the_spreads_only() -> None:
    strike, price = np.array([100.0, 110.0, 130.0, 140.0]), np.array([20.0, 16.0, 4.0, 2.0])
    # chord at 110: 2/3 of 20 and 1/3 of 4 = 14.67, so 16 is 1.33 too dear; at 130: 1/3 of 16, 2/3 of 2 = 6.67

    def broken(doubt: float) -> list[bool]:
        return [bool(mark) for mark in convexity_breaks(strike=strike, price=price, doubt=np.full(4, doubt))]

    assert broken(0.0) == [False, True, False, False]
    assert broken(0.66) == [False, True, False, False]
    assert broken(0.67) == [False, False, False, False]


@settings(deadline=None)
@given(st.lists(st.floats(1.0, 200.0), min_size=3, max_size=12, unique=True), st.floats(20.0, 180.0))
def test_intrinsic_values_are_convex(strikes: list[float], forward: float) -> None:
    strike = np.sort(np.array(strikes))

    assert not convexity_breaks(
        strike=strike, price=np.maximum(forward - strike, 0.0), doubt=np.full(len(strike), 1e-9)
    ).any()


def test_fewer_than_three_strikes_break_nothing() -> None:
    assert convexity_breaks(strike=[100.0, 110.0], price=[1.0, 9.0], doubt=[0.0, 0.0]).tolist() == [False, False]


@pytest.mark.parametrize(
    ("strike", "price", "doubt", "sentence"),
    [
        ([1.0, 2.0, 3.0], [1.0, 1.0], [0.0, 0.0, 0.0], "vectors of one length"),
        ([1.0, 3.0, 2.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], "strike must ascend"),
        ([1.0, 2.0, 3.0], [1.0, nan, 1.0], [0.0, 0.0, 0.0], "must be finite"),
        ([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], [0.0, -0.1, 0.0], "doubt must not be negative"),
    ],
)
def test_columns_that_cannot_be_judged_are_refused(
    strike: list[float], price: list[float], doubt: list[float], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        convexity_breaks(strike=strike, price=price, doubt=doubt)
