import csv
import math
from pathlib import Path
from typing import cast

import mpmath
import numpy as np
import pytest

from risk.quant.black76 import price, price_array, undiscounted_price
from risk.quant.reasons import Reason
from risk.quant.terms import OptionType

TERMS = {"futures": 100.0, "strike": 100.0, "volatility": 0.2, "expiry": 1.0, "rate": 0.05}


def exact(option_type: OptionType, futures: float, strike: float, deviation: float) -> float:
    sign = 1 if option_type == "call" else -1
    with mpmath.workdps(50):
        f, k, s = (mpmath.mpf(value) for value in (futures, strike, deviation))
        upper = (mpmath.log(f / k) + s * s / 2) / s
        return float(sign * (f * mpmath.ncdf(sign * upper) - k * mpmath.ncdf(sign * (upper - s))))


@pytest.mark.recorded
def test_prices_agree_with_haug(shared_data: Path) -> None:
    with (shared_data / "reference" / "haug_european_values.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["quantity"] == "price"]

    for row in rows:
        found = price(
            "call" if row["flag"] == "c" else "put",
            futures=float(row["F"]),
            strike=float(row["K"]),
            volatility=float(row["sigma"]),
            expiry=float(row["t"]),
            rate=float(row["r"]),
        )
        assert found == pytest.approx(float(row["value"]), abs=float(row["tol"])), row

    assert len(rows) == 43


@pytest.mark.parametrize(
    ("side", "futures", "strike", "volatility", "expiry", "rate", "published"),
    [
        # Haug, Option Pricing Formulas (1998), section 1.1.3, the option on a Brent future
        ("call", 19, 19, 0.28, 0.75, 0.10, 1.7011),
        ("put", 19, 19, 0.28, 0.75, 0.10, 1.7011),
        # the same, p. 24: European options whose cost of carry is 0, computed by Black-76
        ("call", 90, 100, 0.15, 0.1, 0.10, 0.0205),
        ("call", 110, 100, 0.35, 0.5, 0.10, 15.3086),
        ("put", 90, 100, 0.25, 0.1, 0.10, 10.2155),
        # Hull, Options, Futures, and Other Derivatives (8th ed.), chapter 17: a put on a crude oil future
        ("put", 60, 60, 0.25, 4 / 12, 0.09, 3.35),
    ],
)
def test_published_prices(
    side: OptionType, futures: float, strike: float, volatility: float, expiry: float, rate: float, published: float
) -> None:
    found = price(side, futures=futures, strike=strike, volatility=volatility, expiry=expiry, rate=rate)

    assert found == pytest.approx(published, abs=5e-3 if futures == 60 else 5e-5)


@pytest.mark.parametrize("side", ["call", "put"])
@pytest.mark.parametrize("futures", [1e-6, 20.0, 60.0, 95.0, 105.0, 180.0, 500.0, 1e10])
@pytest.mark.parametrize("deviation", [0.05, 0.2, 0.7, 3.0, 11.0, 60.0])
def test_prices_keep_their_digits_in_the_wings(side: OptionType, futures: float, deviation: float) -> None:
    expected = exact(side, futures, 100.0, deviation)
    found = float(undiscounted_price(side, futures=futures, strike=100.0, deviation=deviation))

    assert found == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("deviation", [1e-12, 1e-8, 1e-5, 1e-4, 1e-3])
@pytest.mark.parametrize("distance", [0.0, 1e-3, 0.5, 2.4, 2.6, 9.0, 30.0])
def test_prices_keep_their_digits_near_the_money(deviation: float, distance: float) -> None:
    futures = 100.0 * (1 + distance * deviation)

    found = float(undiscounted_price("put", futures=futures, strike=100.0, deviation=deviation))

    assert found == pytest.approx(exact("put", futures, 100.0, deviation), rel=1e-12)


@pytest.mark.parametrize(("volatility", "expiry"), [(0.0, 1.0), (0.3, 0.0), (0.0, 0.0)])
def test_without_time_or_volatility_the_price_is_discounted_intrinsic(volatility: float, expiry: float) -> None:
    found = price("put", futures=[90, 100, 110], strike=100, volatility=volatility, expiry=expiry, rate=0.07)

    assert found.tolist() == [10 * np.exp(-0.07 * expiry), 0.0, 0.0]


@pytest.mark.parametrize(
    ("futures", "strike", "volatility", "expiry", "expected"),
    [
        (1e300, 1e-300, 0.2, 1.0, 1e300),  # F/K overflows
        (1e-300, 1e300, 0.2, 1.0, 0.0),
        (1e-300, 1e300, 10.0, 100.0, 1e-300),  # and the deviation is large: a call is worth the forward
        (100.0, 100.0, 1e308, 1e10, 100.0),  # the deviation overflows
        (1.5e308, 1.5e308, 0.2, 1.0, 1.5e308 * math.erf(0.1 / math.sqrt(2))),  # F K overflows
        (100.0, 101.0, 1e-300, 1e-300, 0.0),  # the distance overflows
        (105.0, 100.0, 1e200, 0.0, 5.0),  # the square of the volatility overflows
        (100.0, 100.0, 1e-200, 1.0, 100.0 * 1e-200 / (2 * np.pi) ** 0.5),
    ],
)
def test_prices_at_the_edge_of_floating_point(
    futures: float, strike: float, volatility: float, expiry: float, expected: float
) -> None:
    terms = {"futures": futures, "strike": strike, "volatility": volatility, "expiry": expiry, "rate": 0.0}

    assert price("call", **terms) == pytest.approx(expected, rel=1e-14, abs=0)
    assert price_array("call", **terms).value == price("call", **terms)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("futures", 0.0, "futures must be positive, was 0.0"),
        ("strike", -1.0, "strike must be positive, was -1.0"),
        ("volatility", -0.1, "volatility must not be negative, was -0.1"),
        ("expiry", -0.2, "expiry must not be negative, was -0.2"),
        ("rate", np.nan, "rate must be finite, was nan"),
        ("futures", np.inf, "futures must be finite, was inf"),
        ("rate", -1e4, "rate must not make the discount factor overflow, was -10000.0"),
    ],
)
def test_a_bad_argument_is_named(name: str, value: float, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        price("call", **TERMS | {name: value})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("futures", 0.0, Reason.NOT_POSITIVE),
        ("strike", -1.0, Reason.NOT_POSITIVE),
        ("volatility", -0.1, Reason.NOT_POSITIVE),
        ("expiry", -0.2, Reason.EXPIRED),
        ("expiry", -np.inf, Reason.NOT_FINITE),
        ("rate", np.nan, Reason.NOT_FINITE),
        ("rate", -1e4, Reason.NOT_FINITE),
        ("strike", np.inf, Reason.NOT_FINITE),
        ("volatility", np.nan, Reason.NOT_FINITE),
    ],
)
def test_a_bad_element_costs_only_itself(name: str, value: float, reason: Reason) -> None:
    terms = TERMS | {name: [TERMS[name], value]}

    found = price_array("put", **terms)

    assert found.reason.tolist() == [Reason.OK, reason]
    assert found.value[0] == price("put", **TERMS)
    assert np.isnan(found.value[1])


def test_shapes_that_do_not_broadcast_are_named() -> None:
    for function in (price, price_array):
        with pytest.raises(ValueError, match=r"one shape, were futures \(3,\), strike \(2,\)"):
            function("call", futures=[1, 2, 3], strike=[1, 2], volatility=1, expiry=1, rate=0)


def test_arguments_broadcast() -> None:
    found = price("call", futures=[[90], [100], [110]], strike=[95, 105], volatility=0.2, expiry=0.5, rate=0.02)

    assert found.shape == (3, 2)
    assert found[2, 1] == price("call", futures=110, strike=105, volatility=0.2, expiry=0.5, rate=0.02)


def test_an_unknown_option_type_is_refused() -> None:
    for function in (price, price_array):
        with pytest.raises(ValueError, match="option_type must be call or put, was 'straddle'"):
            function(cast(OptionType, "straddle"), **TERMS)
