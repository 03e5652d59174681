import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.first_passage import (
    touch_probability_above,
    touch_probability_below,
    two_sided_log_odds,
    two_sided_probability,
)


def series_log_odds(x: float) -> float:
    """Log-odds by the eigenfunction series in 250 digits, used on both sides of the implementation's switch."""
    with mpmath.workdps(250):
        rate = mpmath.pi**2 / (8 * mpmath.mpf(x) ** 2)
        terms = [(-1) ** k / mpmath.mpf(2 * k + 1) * mpmath.exp(-((2 * k + 1) ** 2) * rate) for k in range(400)]
        survival = 4 / mpmath.pi * mpmath.fsum(terms)
        return float(mpmath.log(1 - survival) - mpmath.log(survival))


@pytest.mark.parametrize("x", [0.05, 0.1, 0.3, 0.7, 1.0, 1.2, 1.4999, 1.5, 1.5001, 2.0, 3.0, 5.0, 10.0, 20.0])
def test_log_odds_agree_with_a_250_digit_series_on_both_sides_of_the_switch(x: float) -> None:
    assert two_sided_log_odds(np.array([x]))[0] == pytest.approx(series_log_odds(x), rel=1e-12, abs=1e-14)


def test_the_gaussian_barrier_of_a_30_percent_base_rate_is_1_44_deviations() -> None:
    # risk-model: "class prior 1.33; Gaussian 1.44"
    assert two_sided_probability(np.array([1.44]))[0] == pytest.approx(0.30, abs=0.001)


def test_limits_are_exact() -> None:
    assert two_sided_probability(np.array([0.0, np.inf])).tolist() == [1.0, 0.0]
    assert two_sided_log_odds(np.array([0.0, np.inf])).tolist() == [np.inf, -np.inf]


@pytest.mark.parametrize("bad", [-0.1, np.nan])
def test_a_negative_or_unknown_distance_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="distance"):
        two_sided_log_odds(np.array([1.0, bad]))


@given(st.floats(1e-3, 30), st.floats(1e-6, 1))
def test_a_farther_barrier_is_touched_less_often(x: float, further: float) -> None:
    near, far = two_sided_log_odds(np.array([x, x + further]))

    assert far < near


def image_below(forward: float, barrier: float, deviation: float) -> float:
    """Method of images, integrated: P(min < log(K/F)) for drift -s^2/2 = first-passage density, by quadrature."""
    a, s = mpmath.log(mpmath.mpf(forward) / barrier), mpmath.mpf(deviation)

    def density(t: mpmath.mpf) -> mpmath.mpf:
        return a / (s * mpmath.sqrt(2 * mpmath.pi * t**3)) * mpmath.exp(-((a - s * s * t / 2) ** 2) / (2 * s * s * t))

    with mpmath.workdps(20):
        return float(mpmath.quad(density, [0, 0.01, 0.1, 0.5, 1]))


@pytest.mark.parametrize(("barrier", "deviation"), [(99.0, 0.01), (95.0, 0.05), (90.0, 0.2), (60.0, 0.8)])
def test_touching_below_agrees_with_the_integrated_first_passage_density(barrier: float, deviation: float) -> None:
    found = touch_probability_below(forward=np.array(100.0), barrier=np.array(barrier), deviation=np.array(deviation))

    assert found == pytest.approx(image_below(100, barrier, deviation), rel=1e-9)


def test_a_driftless_price_touches_above_at_most_in_proportion() -> None:
    # Optional stopping: P(touch U) <= F / U, with equality as time goes on.
    found = touch_probability_above(
        forward=np.array(100.0), barrier=np.array(125.0), deviation=np.array([0.5, 2.0, 40.0])
    )

    assert np.all(np.diff(found) > 0)
    assert found[-1] == pytest.approx(0.8, abs=1e-12)


def test_one_sided_limits_are_exact() -> None:
    f, k = np.array(100.0), np.array([90.0, 100.0, 110.0])

    assert touch_probability_below(forward=f, barrier=k, deviation=np.array(0.0)).tolist() == [0.0, 1.0, 1.0]
    assert touch_probability_above(forward=f, barrier=k, deviation=np.array(0.0)).tolist() == [1.0, 1.0, 0.0]
    with pytest.raises(ValueError, match="barrier must be positive"):
        touch_probability_below(forward=f, barrier=np.array(0.0), deviation=np.array(0.1))


def test_a_barrier_beyond_every_square_is_as_good_as_never_touched() -> None:
    """At 1e160 deviations the squares inside the normal tail overflow; the limit is minus infinity, not NaN."""
    assert two_sided_log_odds(np.array([1e160, np.inf])).tolist() == [-np.inf, -np.inf]
