from math import exp, inf, isnan, log, nan
from typing import Any

import numpy as np
import pytest

from risk.quant.forward import Forward, Source, forward_of, implied_carry
from risk.quant.parity import ParityFit

YEARS, RATE = 0.1, 0.06


def best(
    *,
    future: float | None = None,
    future_spread: float | None = None,
    parity: ParityFit | None = None,
    spot: float | None = None,
    years: float = YEARS,
    rate: float = RATE,
    carry: float = 0.05,
) -> Forward | None:
    return forward_of(
        future=future, future_spread=future_spread, parity=parity, spot=spot, years=years, rate=rate, carry=carry,
        rate_error=0.02,
    )  # fmt: skip


def some_parity(error: float = 1.0) -> ParityFit:
    nothing = np.zeros(20, dtype=np.bool_)
    used = nothing.copy()
    used[:9] = True
    return ParityFit(24_020.0, 0.991, error, 0.0004, used, np.zeros(20, dtype=np.int8))


def test_a_fresh_future_comes_first_and_parity_discounts_it() -> None:
    forward = best(future=24_030.0, future_spread=0.8, parity=some_parity(), spot=23_900.0)

    assert forward == Forward(24_030.0, 0.991, 0.4, 0.0004, Source.FUTURE, 9, 10.0, 1.0)


def test_a_closing_price_alone_says_nothing_of_its_error() -> None:
    forward = best(future=24_030.0)

    assert forward is not None
    assert isnan(forward.standard_error)
    assert isnan(forward.parity_gap)
    assert forward.discount == pytest.approx(exp(-RATE * YEARS))
    assert forward.discount_error == pytest.approx(0.02 * YEARS * exp(-RATE * YEARS))


def test_without_a_future_parity_is_the_forward() -> None:
    assert best(parity=some_parity(), spot=23_900.0) == Forward(24_020.0, 0.991, 1.0, 0.0004, Source.PARITY, 9)


def test_a_parity_that_knows_less_than_carry_is_not_the_forward() -> None:
    forward = best(parity=some_parity(error=0.006 * 24_020.0), spot=23_900.0)

    assert forward is not None
    assert forward.source is Source.CARRY


def test_the_last_resort_is_the_spot_with_carry_and_never_the_spot() -> None:
    forward = best(spot=24_000.0)

    assert forward is not None
    assert forward.source is Source.CARRY
    assert forward.value == pytest.approx(24_000.0 * exp(0.05 * YEARS))
    assert forward.value != 24_000.0
    assert forward.standard_error == pytest.approx(forward.value * 0.02 * YEARS)


def test_nothing_known_gives_no_forward() -> None:
    assert best() is None


@pytest.mark.parametrize("name", ["future", "spot", "years"])
@pytest.mark.parametrize("value", [0.0, -1.0, nan, inf])
def test_a_price_or_time_that_is_not_positive_is_refused(name: str, value: float) -> None:
    terms: dict[str, Any] = {"future": 24_000.0, "spot": 24_000.0, name: value}

    with pytest.raises(ValueError, match=f"{name} must be positive"):
        best(**terms)


@pytest.mark.parametrize("name", ["rate", "carry"])
def test_a_rate_or_carry_that_is_no_number_is_refused(name: str) -> None:
    terms: dict[str, Any] = {"spot": 24_000.0, name: nan}

    with pytest.raises(ValueError, match=f"{name} must be finite"):
        best(**terms)


@pytest.mark.parametrize("value", [-0.1, nan])
def test_a_crossed_future_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="future_spread must be finite and not negative"):
        best(future=24_000.0, future_spread=value)


def test_carry_and_rate_are_continuous_per_year() -> None:
    assert implied_carry(future=24_200.0, spot=24_000.0, years=0.25) == pytest.approx(4 * log(24_200 / 24_000))
    assert Forward(1.0, 0.98, 0.0, 0.0, Source.CARRY, 0).rate(0.5) == pytest.approx(-2 * log(0.98))
    with pytest.raises(ValueError, match="spot must be positive"):
        implied_carry(future=1.0, spot=0.0, years=1.0)
