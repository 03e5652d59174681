from collections.abc import Callable
from typing import cast

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.greeks import Greeks, greeks, greeks_array
from risk.quant.reasons import Reason
from risk.quant.terms import OptionType
from riskplatform.benchmarks.accuracy_pricing import exact_greeks, hostile_terms, reference_findings

TERMS = {"futures": 105.0, "strike": 100.0, "volatility": 0.36, "expiry": 0.5, "rate": 0.10}
NAMES = ("delta", "gamma", "vega", "theta", "rho", "vanna", "volga", "dual_delta")


def derivative(side: OptionType, name: str, **terms: float) -> float:
    """A Greek as the numerical derivative, in 60 digits, of the price written down from its textbook form."""
    sign = 1 if side == "call" else -1

    def value(f: mpmath.mpf, k: mpmath.mpf, sigma: mpmath.mpf, t: mpmath.mpf, r: mpmath.mpf) -> mpmath.mpf:
        d1 = (mpmath.log(f / k) + sigma**2 * t / 2) / (sigma * mpmath.sqrt(t))
        d2 = d1 - sigma * mpmath.sqrt(t)
        return sign * mpmath.exp(-r * t) * (f * mpmath.ncdf(sign * d1) - k * mpmath.ncdf(sign * d2))

    orders = {
        "delta": (1, 0, 0, 0, 0),
        "gamma": (2, 0, 0, 0, 0),
        "vega": (0, 0, 1, 0, 0),
        "theta": (0, 0, 0, 1, 0),
        "rho": (0, 0, 0, 0, 1),
        "vanna": (1, 0, 1, 0, 0),
        "volga": (0, 0, 2, 0, 0),
        "dual_delta": (0, 1, 0, 0, 0),
    }
    with mpmath.workdps(60):
        point = tuple(mpmath.mpf(terms[name]) for name in ("futures", "strike", "volatility", "expiry", "rate"))
        found = float(mpmath.diff(value, point, orders[name]))
    return -found if name == "theta" else found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("side", ["call", "put"])
@pytest.mark.parametrize(
    "terms",
    [
        TERMS,
        TERMS | {"futures": 80.0, "rate": -0.02},
        TERMS | {"futures": 100.0, "expiry": 2 / 365},
        TERMS | {"futures": 300.0, "volatility": 2.5, "expiry": 3.0},
    ],
)
def test_greeks_are_derivatives_of_the_price(side: OptionType, name: str, terms: dict[str, float]) -> None:
    found = getattr(greeks(side, **terms), name)

    assert found == pytest.approx(derivative(side, name, **terms), rel=1e-11)


def test_prices_and_greeks_keep_twelve_digits_over_hostile_terms() -> None:
    findings = reference_findings(hostile_terms(1_000, seed=7))

    assert {finding.quantity for finding in findings} == {"price", *NAMES}
    assert min(finding.cases for finding in findings) > 1000
    assert [finding for finding in findings if finding.error > 1e-12] == []


@given(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(0.05, 2), st.floats(0.01, 3), st.floats(-0.05, 0.2))
def test_parity_of_greeks_and_eulers_theorem(
    futures: float, strike: float, volatility: float, expiry: float, rate: float
) -> None:
    terms = {"futures": futures, "strike": strike, "volatility": volatility, "expiry": expiry, "rate": rate}
    call, put, discount = greeks("call", **terms), greeks("put", **terms), np.exp(-rate * expiry)
    rounding = 1e-14 * (futures + strike)

    assert call.delta - put.delta == pytest.approx(discount, rel=1e-13)
    assert put.dual_delta - call.dual_delta == pytest.approx(discount, rel=1e-13)
    assert (call.gamma, call.vega, call.vanna, call.volga) == (put.gamma, put.vega, put.vanna, put.volga)
    assert call.price == pytest.approx(futures * call.delta + strike * call.dual_delta, abs=rounding)


LIMITS = [
    # at expiry; at no volatility with time left; the in-the-money call is discounted (F - K)
    ({"volatility": 0.3, "expiry": 0.0}, 1.0, 0.5),
    ({"volatility": 0.0, "expiry": 2.0}, np.exp(-0.2), 5 * 0.1 * np.exp(-0.2)),
]


@pytest.mark.parametrize(("limit", "discount", "theta"), LIMITS)
def test_without_deviation_greeks_are_those_of_discounted_intrinsic(
    limit: dict[str, float], discount: float, theta: float
) -> None:
    rich, poor = greeks("call", **TERMS | limit), greeks("put", **TERMS | limit)

    assert rich.delta == discount
    assert rich.dual_delta == -discount
    assert rich.theta == pytest.approx(theta, rel=1e-15)
    assert rich.rho == -limit["expiry"] * rich.price
    for greek in (rich.gamma, rich.vega, rich.vanna, rich.volga):
        assert greek == 0
    for greek in (poor.price, poor.delta, poor.gamma, poor.vega, poor.theta, poor.rho, poor.dual_delta):
        assert greek == 0


@pytest.mark.parametrize("side", ["call", "put"])
def test_at_the_kink_greeks_are_limits_from_above(side: OptionType) -> None:
    sign = 1 if side == "call" else -1
    kink = TERMS | {"futures": 100.0}

    at_expiry = greeks(side, **kink | {"expiry": 0.0})
    without_volatility = greeks(side, **kink | {"volatility": 0.0, "expiry": 2.0})

    assert at_expiry.delta == 0.5 * sign
    assert at_expiry.dual_delta == -0.5 * sign
    assert at_expiry.gamma == np.inf
    assert at_expiry.theta == -np.inf
    for greek in (at_expiry.price, at_expiry.vega, at_expiry.vanna, at_expiry.volga, at_expiry.rho):
        assert greek == 0
    discount, peak = np.exp(-0.2), 1 / np.sqrt(2 * np.pi)
    assert without_volatility.delta == sign * discount / 2
    assert without_volatility.gamma == np.inf
    assert without_volatility.vega == pytest.approx(discount * 100 * np.sqrt(2) * peak, rel=1e-15)
    assert without_volatility.vanna == pytest.approx(discount * np.sqrt(2) * peak / 2, rel=1e-15)
    assert without_volatility.theta == 0
    assert without_volatility.volga == 0


def test_limits_are_approached_by_small_deviations() -> None:
    for futures in (100.0, 105.0):
        there = greeks("call", **TERMS | {"futures": futures, "volatility": 1e-9})
        limit = greeks("call", **TERMS | {"futures": futures, "volatility": 0.0})
        for name in ("price", "delta", "vega", "theta", "rho", "vanna", "volga", "dual_delta"):
            assert getattr(there, name) == pytest.approx(getattr(limit, name), rel=1e-8, abs=1e-6), name


@pytest.mark.parametrize(
    ("terms", "delta", "dual_delta"),
    [
        ({"volatility": 1e308, "expiry": 1e10}, 1.0, 0.0),  # the deviation overflows
        ({"volatility": 1e-200, "expiry": 1e-200}, 1.0, -1.0),  # the distance overflows, the variance underflows
        ({"volatility": 1e-300, "expiry": 1e-20}, 1.0, -1.0),  # the deviation is below the smallest normal number
        ({"futures": 1e300, "strike": 1e-300}, 1.0, -1.0),
        ({"futures": 1e-300, "strike": 1e300}, 0.0, 0.0),
    ],
)
def test_greeks_at_the_edge_of_floating_point(terms: dict[str, float], delta: float, dual_delta: float) -> None:
    found = greeks("call", **TERMS | terms | {"rate": 0.0})

    assert found.delta == delta
    assert found.dual_delta == dual_delta
    for greek in (found.gamma, found.vega, found.theta, found.vanna, found.volga):
        assert greek == 0


def test_units_are_converted_by_name() -> None:
    found = greeks("put", **TERMS)

    assert found.vega_per_point == found.vega / 100
    assert found.theta_per_calendar_day == found.theta / 365
    assert found.theta_per_trading_day(246) == found.theta / 246
    with pytest.raises(ValueError, match="days_a_year must be positive, was 0"):
        found.theta_per_trading_day(0)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("futures", -5.0, Reason.NOT_POSITIVE),
        ("expiry", -0.2, Reason.EXPIRED),
        ("volatility", np.nan, Reason.NOT_FINITE),
    ],
)
def test_bad_values_raise_or_give_a_reason(name: str, value: float, reason: Reason) -> None:
    terms = TERMS | {name: [value, TERMS[name]]}

    with pytest.raises(ValueError, match=name):
        greeks("call", **terms)
    found, alone = greeks_array("call", **terms), greeks("call", **TERMS)

    assert found.reason.tolist() == [reason, Reason.OK]
    for quantity in ("price", *NAMES):
        assert np.isnan(getattr(found, quantity)[0]), quantity
        assert getattr(found, quantity)[1] == getattr(alone, quantity), quantity


@pytest.mark.parametrize("function", [greeks, greeks_array])
def test_greeks_refuse_shapes_and_sides_that_make_no_sense(function: Callable[..., Greeks]) -> None:
    with pytest.raises(ValueError, match=r"were futures \(3,\), rate \(2,\)"):
        function("call", **TERMS | {"futures": [1, 2, 3], "rate": [0, 0]})
    with pytest.raises(ValueError, match="option_type"):
        function(cast(OptionType, "both"), **TERMS)


def test_the_exact_form_of_the_accuracy_command_is_the_derivative_too() -> None:
    found = exact_greeks("put", **TERMS)

    for name in NAMES:
        assert float(found[name][0]) == pytest.approx(derivative("put", name, **TERMS), rel=1e-14)
