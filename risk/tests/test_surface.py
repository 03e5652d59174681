from dataclasses import replace
from math import nan

import mpmath
import numpy as np
import pytest

from risk.quant.smile import Smile
from risk.quant.surface import shape_of, term_slopes

# Equity-like: ATM near 20 %, skewed, over a month.
TRUE = Smile(0.1, 0.0032, 0.03, -0.4, 0.01, 0.08, -0.25, 0.2, 31, 0.0)


def flat(volatility: float, years: float, low: float = -0.5, high: float = 0.5) -> Smile:
    return Smile(years, volatility**2 * years, 0.0, 0.0, 0.0, 0.1, low, high, 31, 0.0)


def test_a_flat_smile_has_no_skew() -> None:
    shape = shape_of(flat(0.2, 0.1))

    assert [shape.atm, shape.put_25, shape.call_25] == pytest.approx([0.2, 0.2, 0.2])
    assert shape.skew_25 == pytest.approx(0.0)
    assert shape.butterfly_25 == pytest.approx(0.0)


def test_the_wings_are_those_of_25_delta() -> None:
    # Independent source: a fine grid of strikes and mpmath's normal distribution
    def nearest(target: float) -> float:
        grid = np.linspace(-0.25, 0.2, 4501)
        w = TRUE.total_variance(grid)
        deltas = [float(mpmath.ncdf((0.5 * v - k) / v**0.5)) for k, v in zip(grid.tolist(), w.tolist(), strict=True)]
        return float(TRUE.volatility(grid[np.argmin(np.abs(np.array(deltas) - target))]))

    shape = shape_of(TRUE)

    assert shape.call_25 == pytest.approx(nearest(0.25), abs=2e-5)
    assert shape.put_25 == pytest.approx(nearest(0.75), abs=2e-5)
    assert shape.skew_25 == shape.put_25 - shape.call_25 > 0
    assert shape.butterfly_25 == pytest.approx((shape.put_25 + shape.call_25) / 2 - shape.atm)
    assert shape.atm == pytest.approx(float(TRUE.total_variance(0.0) / 0.1) ** 0.5)


@pytest.mark.parametrize(("low", "high", "wing"), [(-0.01, 0.2, "put_25"), (-0.25, 0.01, "call_25")])
def test_a_wing_beyond_the_quotes_is_not_extrapolated(low: float, high: float, wing: str) -> None:
    shape = shape_of(replace(TRUE, low=low, high=high))

    assert np.isnan(getattr(shape, wing))
    assert np.isnan(shape.skew_25)
    assert np.isfinite(shape.atm)


@pytest.mark.parametrize(("low", "high"), [(0.01, 0.2), (-0.2, -0.01)])
def test_a_level_outside_the_quotes_is_not_extrapolated(low: float, high: float) -> None:
    assert np.isnan(shape_of(replace(TRUE, low=low, high=high)).atm)


def test_a_wing_on_the_side_without_quotes_is_not_extrapolated() -> None:
    # At 200 % over a year the 25-delta put strikes at k = 2 - 0.6745 * 2 = 0.65, below the lowest quote.
    assert np.isnan(shape_of(flat(2.0, 1.0, low=1.0, high=2.0)).put_25)


def test_the_term_slope_goes_to_the_next_expiry_that_has_a_level() -> None:
    slopes = term_slopes(years=[0.02, 0.04, 0.08, 0.16], atm=[0.12, nan, 0.14, 0.13])

    # by hand: .02 / ln 4, -.01 / ln 2
    assert slopes[[0, 2]] == pytest.approx([0.0144269504, -0.0144269504])
    assert np.isnan(slopes[[1, 3]]).all()


def test_no_expiries_have_no_slopes() -> None:
    assert term_slopes(years=[], atm=[]).tolist() == []


@pytest.mark.parametrize(
    ("years", "atm", "sentence"),
    [
        ([0.1, 0.2], [0.2], "vectors of one length"),
        ([0.2, 0.1], [0.2, 0.2], "must be positive and ascend"),
        ([0.0, 0.1], [0.2, 0.2], "must be positive and ascend"),
        ([nan, 0.1], [0.2, 0.2], "must be positive and ascend"),
    ],
)
def test_expiries_out_of_order_are_refused(years: list[float], atm: list[float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        term_slopes(years=years, atm=atm)
