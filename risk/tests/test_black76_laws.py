"""What no price may break: parity, bounds, monotonicity, homogeneity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.black76 import price, undiscounted_price
from risk.quant.terms import OptionType

PRICES = st.floats(1, 1e5)
SIDES = st.sampled_from(["call", "put"])


@given(PRICES, PRICES, st.floats(0, 5), st.floats(0, 5), st.floats(-0.1, 0.2))
def test_put_call_parity(futures: float, strike: float, volatility: float, expiry: float, rate: float) -> None:
    terms = {"futures": futures, "strike": strike, "volatility": volatility, "expiry": expiry, "rate": rate}
    gap = price("call", **terms) - price("put", **terms)

    assert gap == pytest.approx(np.exp(-rate * expiry) * (futures - strike), abs=1e-15 * (futures + strike) * np.e)


@given(SIDES, PRICES, PRICES, st.floats(0, 3), st.floats(0, 1))
def test_a_price_keeps_its_bounds_and_never_falls_with_volatility(
    side: OptionType, futures: float, strike: float, deviation: float, more: float
) -> None:
    sign, most = (1, futures) if side == "call" else (-1, strike)
    low, high = undiscounted_price(
        side, futures=futures, strike=strike, deviation=np.array([deviation, deviation + more])
    )

    assert max(sign * (futures - strike), 0) <= low <= high * (1 + 1e-12)
    assert high <= most * (1 + 1e-15)


@given(PRICES, PRICES, st.floats(0, 3), st.floats(0, 100))
def test_a_call_never_falls_with_the_futures_price_nor_rises_with_the_strike(
    futures: float, strike: float, deviation: float, more: float
) -> None:
    here, richer, dearer = undiscounted_price(
        "call", futures=[futures, futures + more, futures], strike=[strike, strike, strike + more], deviation=deviation
    )

    assert richer >= here * (1 - 1e-12)
    assert dearer <= here * (1 + 1e-12)


@given(SIDES, PRICES, PRICES, st.floats(0, 3), st.floats(1e-3, 1e3))
def test_prices_scale_with_the_currency(
    side: OptionType, futures: float, strike: float, deviation: float, factor: float
) -> None:
    plain = undiscounted_price(side, futures=futures, strike=strike, deviation=deviation)
    scaled = undiscounted_price(side, futures=factor * futures, strike=factor * strike, deviation=deviation)

    # The scaled prices are rounded, which moves their ratio, so a price far from the money moves with it.
    assert scaled == pytest.approx(factor * plain, rel=1e-6, abs=1e-15 * factor * (futures + strike))
