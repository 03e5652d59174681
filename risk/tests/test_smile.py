from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.quant.smile import Smile, fit_smile

FloatArray = NDArray[np.float64]
# Equity-like: ATM near 20 %, skewed, over a month.
TRUE = Smile(0.1, 0.0032, 0.03, -0.4, 0.01, 0.08, -0.25, 0.2, 31, 0.0)
K = np.linspace(-0.25, 0.2, 31)


def fitted(moneyness: FloatArray, volatility: FloatArray, weight: FloatArray | None = None) -> Smile:
    smile = fit_smile(
        log_moneyness=moneyness,
        volatility=volatility,
        weight=np.ones(len(moneyness)) if weight is None else weight,
        years=0.1,
    )
    assert smile is not None
    return smile


def test_quotes_on_a_slice_give_it_back() -> None:
    smile = fitted(K, TRUE.volatility(K))

    assert smile.volatility(K) == pytest.approx(TRUE.volatility(K), abs=1e-5)
    assert smile.error < 1e-5
    assert (smile.low, smile.high, smile.quotes) == (-0.25, 0.2, 31)


def test_the_order_of_the_quotes_does_not_matter() -> None:
    shuffle = np.random.default_rng(2).permutation(len(K))

    assert fitted(K[shuffle], TRUE.volatility(K)[shuffle]) == fitted(K, TRUE.volatility(K))


def test_the_error_is_the_weighted_root_mean_square_of_the_residuals() -> None:
    random = np.random.default_rng(4)
    quoted, weight = TRUE.volatility(K) + random.normal(0.0, 0.002, len(K)), random.uniform(0.2, 3.0, len(K))

    smile = fitted(K, quoted, weight)

    residual = smile.volatility(K) - quoted
    assert smile.error == pytest.approx(np.sqrt(np.sum(weight * residual**2) / weight.sum()))
    assert smile.volatility(K) == pytest.approx(TRUE.volatility(K), abs=0.004)


def test_one_bad_quote_does_not_bend_the_slice() -> None:
    quoted = TRUE.volatility(K)
    quoted[10] += 0.10

    smile = fitted(K, quoted)

    assert np.delete(smile.volatility(K), 10) == pytest.approx(np.delete(TRUE.volatility(K), 10), abs=0.004)


def test_a_quote_with_more_weight_is_met_more_closely() -> None:
    quoted = TRUE.volatility(K)
    quoted[20] += 0.01
    heavy = np.ones(len(K))
    heavy[20] = 1e4

    even, leaning = fitted(K, quoted), fitted(K, quoted, heavy)

    assert abs(leaning.volatility(K[20]) - quoted[20]) < 0.2 * abs(even.volatility(K[20]) - quoted[20])


@settings(max_examples=25, deadline=None)
@given(st.floats(0.0005, 0.01), st.floats(0.0, 0.2), st.floats(-0.9, 0.9), st.floats(-0.1, 0.1), st.floats(0.02, 0.3))
def test_a_fitted_variance_is_positive_everywhere(v: float, b: float, rho: float, m: float, s: float) -> None:
    smile = fitted(K, Smile(0.1, v, b, rho, m, s, -0.25, 0.2, 31, 0.0).volatility(K))

    assert (smile.total_variance(np.linspace(-3.0, 3.0, 601)) > 0).all()
    assert smile.slope * (1 + abs(smile.correlation)) <= 2.0


def test_the_derivatives_are_those_of_the_formula() -> None:
    k, step = np.linspace(-0.2, 0.2, 9), 1e-5

    first, second = TRUE.derivatives(k)

    up, down, here = (TRUE.total_variance(k + shift) for shift in (step, -step, 0.0))
    assert first == pytest.approx((up - down) / (2 * step), rel=1e-6)
    assert second == pytest.approx((up - 2 * here + down) / step**2, rel=1e-4)


@pytest.mark.parametrize("kept", [slice(0, 0), slice(14, 19), slice(0, 16), slice(18, None)])
def test_too_few_quotes_or_quotes_of_one_side_have_no_smile(kept: slice) -> None:
    moneyness = K[kept]

    found = fit_smile(
        log_moneyness=moneyness, volatility=TRUE.volatility(moneyness), weight=np.ones(len(moneyness)), years=0.1
    )

    assert found is None


def test_six_quotes_two_of_them_calls_are_enough() -> None:
    assert fitted(np.array([-0.1, -0.06, -0.04, -0.02, 0.01, 0.03]), np.full(6, 0.2)).quotes == 6


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("log_moneyness", nan, "log_moneyness must be finite, was nan"),
        ("volatility", inf, "volatility must be finite, was inf"),
        ("volatility", 0.0, "volatility must be positive, was 0.0"),
        ("weight", nan, "weight must be finite, was nan"),
        ("weight", -1.0, "weight must be positive, was -1.0"),
    ],
)
def test_a_quote_that_is_no_number_is_refused(name: str, value: float, sentence: str) -> None:
    columns = {"log_moneyness": K.copy(), "volatility": TRUE.volatility(K), "weight": np.ones(len(K))}
    columns[name][3] = value

    with pytest.raises(ValueError, match=sentence):
        fit_smile(**columns, years=0.1)


@pytest.mark.parametrize("years", [0.0, -1.0, nan])
def test_a_slice_without_time_is_refused(years: float) -> None:
    with pytest.raises(ValueError, match="years must be positive"):
        fit_smile(log_moneyness=K, volatility=np.full(len(K), 0.2), weight=np.ones(len(K)), years=years)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="vectors of one length"):
        fit_smile(log_moneyness=K, volatility=np.full(3, 0.2), weight=np.ones(len(K)), years=0.1)
