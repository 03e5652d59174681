"""Where there is no volatility: NaN and the reason."""

import numpy as np
import pytest
from numpy.typing import ArrayLike

from risk.quant.black76 import price
from risk.quant.implied_volatility import ImpliedVolatility, implied_volatility
from risk.quant.reasons import Reason
from risk.quant.terms import OptionType


def implied(side: OptionType = "call", /, **changes: ArrayLike) -> ImpliedVolatility:
    question: dict[str, ArrayLike] = {"price": 5.0, "futures": 100.0, "strike": 100.0, "expiry": 0.5, "rate": 0.05}
    return implied_volatility(side, **(question | changes))


def assert_refused(found: ImpliedVolatility, reason: Reason) -> None:
    assert found.reason.tolist() == reason
    assert np.isnan(found.volatility)


@pytest.mark.parametrize("side", ["call", "put"])
@pytest.mark.parametrize("futures", [80.0, 100.0, 120.0])
def test_a_price_without_time_value_has_no_volatility(side: OptionType, futures: float) -> None:
    intrinsic = price(side, futures=futures, strike=100.0, volatility=0.0, expiry=0.5, rate=0.05)

    assert_refused(implied(side, price=intrinsic, futures=futures), Reason.NO_TIME_VALUE)


@pytest.mark.parametrize(("side", "futures"), [("call", 120.0), ("put", 80.0)])
def test_a_price_one_rounding_below_the_intrinsic_value_is_below_it(side: OptionType, futures: float) -> None:
    intrinsic = price(side, futures=futures, strike=100.0, volatility=0.0, expiry=0.5, rate=0.05)

    assert_refused(implied(side, price=np.nextafter(intrinsic, 0.0), futures=futures), Reason.BELOW_INTRINSIC)


@pytest.mark.parametrize("side", ["call", "put"])
def test_a_negative_price_is_below_the_intrinsic_value(side: OptionType) -> None:
    assert_refused(implied(side, price=-0.05), Reason.BELOW_INTRINSIC)


@pytest.mark.parametrize(("side", "maximum"), [("call", 90.0), ("put", 110.0)])
@pytest.mark.parametrize("excess", [0.0, 1.0])
def test_a_price_at_or_over_what_the_option_can_ever_pay_is_above_the_maximum(
    side: OptionType, maximum: float, excess: float
) -> None:
    found = implied(side, price=maximum + excess, futures=90.0, strike=110.0, rate=0.0)

    assert_refused(found, Reason.ABOVE_MAXIMUM)


@pytest.mark.parametrize(("side", "maximum"), [("call", 90.0), ("put", 110.0), ("call", 110.0), ("put", 90.0)])
def test_a_price_just_below_the_maximum_has_a_volatility(side: OptionType, maximum: float) -> None:
    futures = maximum if side == "call" else 200.0 - maximum
    found = implied(side, price=np.nextafter(maximum, 0.0), futures=futures, strike=200.0 - futures, rate=0.0)

    assert found.reason == Reason.OK
    # Fifty-digit time values leave 1e-14 of 100 to the maximum at about 15 deviations.
    assert 10 < float(found.volatility) * 0.5**0.5 < 20


def test_the_maximum_is_discounted() -> None:
    discounted = 100.0 * np.exp(-0.05 * 0.5)

    assert_refused(implied(price=discounted), Reason.ABOVE_MAXIMUM)
    assert implied(price=discounted - 1.0).reason == Reason.OK


@pytest.mark.parametrize("expiry", [0.0, -0.0, -0.1])
def test_an_expired_option_has_no_volatility(expiry: float) -> None:
    assert_refused(implied(expiry=expiry), Reason.EXPIRED)


@pytest.mark.parametrize("name", ["futures", "strike"])
@pytest.mark.parametrize("number", [0.0, -100.0])
def test_prices_that_must_be_positive_and_are_not_are_named(name: str, number: float) -> None:
    assert_refused(implied(**{name: number}), Reason.NOT_POSITIVE)


@pytest.mark.parametrize("name", ["price", "futures", "strike", "expiry", "rate"])
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_said_to_be(name: str, number: float) -> None:
    assert_refused(implied(**{name: number}), Reason.NOT_FINITE)


@pytest.mark.parametrize(("rate", "futures"), [(-1e6, 100.0), (-1e308, 100.0), (-1380.0, 1e200)])
def test_a_rate_that_makes_the_discount_overflow_is_not_finite(rate: float, futures: float) -> None:
    assert_refused(implied(rate=rate, futures=futures), Reason.NOT_FINITE)


def test_a_rate_that_discounts_everything_to_nothing_leaves_no_room_below_the_maximum() -> None:
    assert_refused(implied(rate=1e6), Reason.ABOVE_MAXIMUM)


def test_the_first_reason_in_the_documented_order_is_given() -> None:
    found = implied(price=[np.nan, 5.0, 200.0], futures=[-1.0, -1.0, 100.0], expiry=-1.0)

    assert found.reason.tolist() == [Reason.NOT_FINITE, Reason.NOT_POSITIVE, Reason.EXPIRED]


def test_a_refused_element_leaves_the_others_alone() -> None:
    values = price("call", futures=100.0, strike=[90.0, 100.0, 110.0], volatility=0.2, expiry=0.5, rate=0.05)
    values[1] = np.nan

    found = implied(price=values, strike=[90.0, 100.0, 110.0])

    assert found.reason.tolist() == [Reason.OK, Reason.NOT_FINITE, Reason.OK]
    np.testing.assert_allclose(found.volatility, [0.2, np.nan, 0.2], rtol=1e-12)


def test_shapes_that_do_not_broadcast_are_named() -> None:
    with pytest.raises(ValueError, match=r"price \(2,\), strike \(3,\)"):
        implied(price=np.ones(2), strike=np.ones(3))


def test_sides_of_another_length_are_named() -> None:
    with pytest.raises(ValueError, match=r"option_type \(2,\), price \(3,\)"):
        implied_volatility(np.array([True, False]), price=np.ones(3), futures=1, strike=1, expiry=1, rate=0)


def test_an_unknown_side_is_refused() -> None:
    with pytest.raises(ValueError, match="must be call or put, was 'straddle'"):
        implied("straddle")  # type: ignore[arg-type]


def test_sides_that_are_not_booleans_are_refused() -> None:
    with pytest.raises(ValueError, match="array of booleans, was of int64"):
        implied_volatility(np.array([1, -1]), price=5, futures=100, strike=100, expiry=1, rate=0)
