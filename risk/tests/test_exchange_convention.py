from datetime import date
from math import exp, log

import numpy as np
import pytest

from risk.quant.exchange_convention import published_volatility
from risk.tests.chain_factories import (
    DAY,
    EXPIRY,
)


def test_the_exchanges_convention_is_black_scholes_on_the_spot() -> None:
    # Haug, Option Pricing Formulas (1998), 1.1.1: S 60, X 65, r .08, T .25, v .30 -> call 2.1334; here at r .10 the
    # price comes from the textbook formula in plain Python instead.
    from statistics import NormalDist

    years, volatility, spot, strike = 73 / 365, 0.30, 60.0, 65.0
    upper = (log(spot / strike) + (0.10 + volatility**2 / 2) * years) / (volatility * years**0.5)
    normal = NormalDist().cdf
    call = spot * normal(upper) - strike * exp(-0.10 * years) * normal(upper - volatility * years**0.5)
    put = call - spot + strike * exp(-0.10 * years)

    found = published_volatility(
        np.array([True, False]), price=[call, put], spot=spot, strike=strike,
        day=date(2026, 1, 1), expiry=date(2026, 3, 15),
    )  # fmt: skip

    assert found.volatility == pytest.approx([0.30, 0.30], rel=1e-9)


def test_a_convention_without_a_spot_or_past_the_expiry_is_refused() -> None:
    side = np.array([True])
    with pytest.raises(ValueError, match="spot must be positive"):
        published_volatility(side, price=[1.0], spot=0.0, strike=[1.0], day=DAY, expiry=EXPIRY)
    with pytest.raises(ValueError, match="expiry must not lie before"):
        published_volatility(side, price=[1.0], spot=1.0, strike=[1.0], day=EXPIRY, expiry=DAY)
