import csv
from pathlib import Path
from typing import cast

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.black76 import OptionType, price, undiscounted_price

PRICES = st.floats(1, 1e5)


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


def test_the_textbook_option_on_a_future() -> None:
    # Haug, Option Pricing Formulas (1998), section 1.1.3: F 19, X 19, T .75, r .10, v .28 -> 1.7011 for both sides
    for side in ("call", "put"):
        found = price(side, futures=19, strike=19, volatility=0.28, expiry=0.75, rate=0.10)
        assert found == pytest.approx(1.7011, abs=5e-5)


@pytest.mark.parametrize("side", ["call", "put"])
@pytest.mark.parametrize("futures", [20.0, 60.0, 95.0, 105.0, 180.0, 500.0])
@pytest.mark.parametrize("deviation", [0.05, 0.2, 0.7, 3.0, 11.0])
def test_prices_keep_their_digits_in_the_wings(side: OptionType, futures: float, deviation: float) -> None:
    expected = exact(side, futures, 100.0, deviation)
    found = float(undiscounted_price(side, futures=futures, strike=100.0, deviation=deviation))

    assert found == pytest.approx(expected, rel=1e-12, abs=1e-300)


@given(PRICES, PRICES, st.floats(0, 5), st.floats(0, 5), st.floats(-0.1, 0.2))
def test_put_call_parity(futures: float, strike: float, volatility: float, expiry: float, rate: float) -> None:
    terms = {"futures": futures, "strike": strike, "volatility": volatility, "expiry": expiry, "rate": rate}
    gap = price("call", **terms) - price("put", **terms)

    assert gap == pytest.approx(np.exp(-rate * expiry) * (futures - strike), abs=1e-12 * (futures + strike))


@given(PRICES, PRICES, st.floats(0, 3), st.floats(0, 1))
def test_a_price_keeps_its_bounds_and_never_falls(futures: float, strike: float, deviation: float, more: float) -> None:
    low, high = undiscounted_price(
        "call", futures=futures, strike=strike, deviation=np.array([deviation, deviation + more])
    )

    assert max(futures - strike, 0) <= low <= high * (1 + 1e-12) + 1e-12 * futures
    assert high <= futures * (1 + 1e-15)


@pytest.mark.parametrize(("volatility", "expiry"), [(0.0, 1.0), (0.3, 0.0)])
def test_without_time_or_volatility_the_price_is_discounted_intrinsic(volatility: float, expiry: float) -> None:
    found = price("put", futures=[90, 100, 110], strike=100, volatility=volatility, expiry=expiry, rate=0.07)

    assert found.tolist() == [10 * np.exp(-0.07 * expiry), 0.0, 0.0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("futures", 0.0), ("strike", -1.0), ("volatility", -0.1), ("expiry", -0.2), ("rate", np.nan), ("futures", np.inf)],
)
def test_a_bad_argument_is_named(name: str, value: float) -> None:
    terms = {"futures": 100.0, "strike": 100.0, "volatility": 0.2, "expiry": 1.0, "rate": 0.05} | {name: value}

    with pytest.raises(ValueError, match=name):
        price("call", **terms)


def test_an_unknown_option_type_is_refused() -> None:
    with pytest.raises(ValueError, match="straddle"):
        price(cast(OptionType, "straddle"), futures=1, strike=1, volatility=1, expiry=1, rate=0)
