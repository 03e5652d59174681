"""Pairs, prices and terms from which parity says nothing."""

from math import inf, nan

import numpy as np
import pytest

from risk.quant.parity import fit_parity, quote_pairs
from risk.quant.reasons import Reason
from risk.tests.parity_factories import RATE, STRIKES, YEARS, fit, found, pairs


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("call", nan, Reason.NOT_FINITE),
        ("put", inf, Reason.NOT_FINITE),
        ("strike", nan, Reason.NOT_FINITE),
        ("spread", nan, Reason.NOT_FINITE),
        ("call", 0.0, Reason.NOT_POSITIVE),
        ("put", -1.0, Reason.NOT_POSITIVE),
        ("strike", 0.0, Reason.NOT_POSITIVE),
        ("spread", 0.0, Reason.NOT_POSITIVE),
        ("spread", -0.5, Reason.CROSSED),
    ],
)
def test_a_pair_that_cannot_be_used_is_left_out_with_its_reason(column: str, value: float, reason: Reason) -> None:
    call, put = pairs(STRIKES, forward=24_010.0, discount=0.99)
    columns = {"strike": STRIKES.copy(), "call": call, "put": put, "spread": np.ones(len(STRIKES))}
    columns[column][5] = value

    result = found(fit_parity(**columns, years=YEARS, rate=RATE, rate_error=0.02))

    assert result.reasons[5] == reason
    assert (np.delete(result.reasons, 5) == Reason.OK).all()
    assert not result.used[5]
    assert result.forward == pytest.approx(24_010.0, rel=1e-9)


@pytest.mark.parametrize("usable", [0, 1, 4])
def test_fewer_than_five_strikes_say_nothing(usable: int) -> None:
    call, put = pairs(STRIKES, forward=24_010.0, discount=0.99)
    call[usable:] = nan

    assert fit(STRIKES, call, put) is None


def test_five_strikes_are_enough() -> None:
    call, put = pairs(STRIKES[8:13], forward=24_010.0, discount=0.99)

    assert found(fit(STRIKES[8:13], call, put)).forward == pytest.approx(24_010.0, rel=1e-9)


def test_strikes_far_apart_with_no_forward_between_say_nothing() -> None:
    strike = np.array([10_000.0, 20_000.0, 30_000.0, 40_000.0])
    call, put = pairs(strike, forward=24_000.0, discount=0.99)

    assert fit(strike, call, put) is None


@pytest.mark.parametrize("forward", [0.0, -20_000.0])
def test_prices_of_a_forward_that_is_not_positive_say_nothing(forward: float) -> None:
    call = np.ones(len(STRIKES))

    assert fit(STRIKES, call, call + STRIKES - forward, rate=0.0) is None


def test_prices_that_rise_the_wrong_way_with_the_strike_say_nothing() -> None:
    call, put = pairs(STRIKES, forward=24_010.0, discount=-0.99)

    assert fit(STRIKES, call, put) is None


def test_a_strike_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="each strike must come once"):
        fit(np.full(6, 24_000.0), np.ones(6), np.ones(6))


def test_mismatched_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="vectors of one length"):
        fit(STRIKES, STRIKES[1:], STRIKES)
    with pytest.raises(ValueError, match="vectors of one length"):
        fit(STRIKES[None], STRIKES[None], STRIKES[None], STRIKES[None])


@pytest.mark.parametrize("name", ["years", "rate_error"])
@pytest.mark.parametrize("value", [0.0, -0.1, nan, inf])
def test_times_and_doubts_that_are_not_positive_are_refused(name: str, value: float) -> None:
    terms = {"years": YEARS, "rate": RATE, "rate_error": 0.02, name: value}

    with pytest.raises(ValueError, match=f"{name} must be positive"):
        fit_parity(strike=STRIKES, call=STRIKES, put=STRIKES, spread=STRIKES, **terms)


def test_a_rate_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="rate must be finite"):
        fit(STRIKES, STRIKES, STRIKES, rate=nan)


def test_a_crossed_or_one_sided_quote_has_no_mid() -> None:
    bid, ask = [10.0, 12.0, 0.0, 5.0, nan, 7.0], [11.0, 11.0, 3.0, 0.0, 2.0, 7.0]

    mid, spread = quote_pairs(bid=bid, ask=ask)

    assert np.array_equal(mid, [10.5, nan, nan, nan, nan, 7.0], equal_nan=True)
    assert np.array_equal(spread, [1.0, -1.0, nan, nan, nan, 0.0], equal_nan=True)
