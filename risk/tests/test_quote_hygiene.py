import numpy as np
import pytest
from numpy.typing import ArrayLike

from risk.quant.quote_hygiene import quote_reasons
from risk.quant.reasons import Reason


def reasons(**changes: ArrayLike) -> list[int]:
    quote: dict[str, ArrayLike] = {
        "bid": 99.0,
        "ask": 101.0,
        "age_seconds": 5.0,
        "oldest_seconds": 60.0,
        "widest": 0.05,
    }
    return [int(reason) for reason in np.ravel(quote_reasons(**(quote | changes)))]


def test_a_fresh_and_narrow_quote_is_usable() -> None:
    assert reasons() == [Reason.OK]


def test_a_quote_older_than_the_limit_is_stale_and_one_at_the_limit_is_not() -> None:
    assert reasons(age_seconds=[60.0, 60.001, -1.0]) == [Reason.OK, Reason.STALE, Reason.OK]


def test_a_spread_over_its_share_of_the_mid_is_wide_and_one_at_the_limit_is_not() -> None:
    # Mid 16: shares of 1/8 and, one step of the ask further, a little more.
    assert reasons(bid=15.0, ask=[17.0, np.nextafter(17.0, 18.0)], widest=0.125) == [Reason.OK, Reason.WIDE]


def test_a_quote_without_a_bid_is_wide() -> None:
    assert reasons(bid=0.0, widest=1.99) == [Reason.WIDE]


def test_a_bid_above_the_ask_is_crossed_and_a_locked_market_is_not() -> None:
    assert reasons(bid=[101.5, 101.0]) == [Reason.CROSSED, Reason.OK]


@pytest.mark.parametrize("name", ["bid", "ask", "age_seconds"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_said_to_be(name: str, value: float) -> None:
    assert reasons(**{name: value}) == [Reason.NOT_FINITE]


def test_the_first_reason_in_the_documented_order_is_given() -> None:
    everything = reasons(bid=[np.nan, 200.0, 50.0], ask=150.0, age_seconds=100.0)

    assert everything == [Reason.NOT_FINITE, Reason.CROSSED, Reason.STALE]


@pytest.mark.parametrize("name", ["oldest_seconds", "widest"])
@pytest.mark.parametrize(("value", "complaint"), [(-1.0, "not be negative"), (np.nan, "be finite")])
def test_a_limit_that_is_none_is_refused(name: str, value: float, complaint: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must {complaint}"):
        reasons(**{name: value})


def test_shapes_that_do_not_broadcast_are_named() -> None:
    with pytest.raises(ValueError, match=r"bid \(2,\), ask \(3,\)"):
        reasons(bid=np.ones(2), ask=np.ones(3))
