import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.black76 import undiscounted_price
from risk.quant.normalised_black import implied_deviation, solved_deviation
from risk.quant.terms import FloatArray

EPS = np.finfo(np.float64).eps


def exact_value(x: float, deviation: float) -> float:
    """Return the normalised time value, summed in fifty digits."""
    with mpmath.workdps(50):
        a, t = mpmath.mpf(x) / deviation, mpmath.mpf(deviation) / 2
        low, high = mpmath.exp(-mpmath.mpf(x) / 2), mpmath.exp(mpmath.mpf(x) / 2)
        tails = [mpmath.erfc(d / mpmath.sqrt(2)) / 2 for d in (a - t, a + t)]
        return float(low * tails[0] - high * tails[1])


CASES = [
    (x, deviation)
    for x in (0.0, 1e-12, 1e-5, 0.01, 0.3, 1.0, 1.99, 2.01, 6.0)
    for deviation in (1e-8, 1e-3, 0.1, 0.299, 0.301, 0.7, 1.3, 1.4, 2.5)
    if x / deviation < 37  # beyond there is no such price
]


@pytest.mark.parametrize(("x", "deviation"), CASES)
def test_the_deviation_of_a_fifty_digit_value_is_found(x: float, deviation: float) -> None:
    value = exact_value(x, deviation)

    found = implied_deviation(log_moneyness=np.array(x), time_value=np.array(value))

    # The value's own rounding moves the deviation by eps b / (s db/ds).
    distance = x / deviation
    slope = np.exp(-0.5 * (distance**2 + deviation**2 / 4)) / np.sqrt(2 * np.pi)
    assert float(found) == pytest.approx(deviation, rel=2e-14 + 2 * EPS * value / max(slope * deviation, 1e-300))


def test_no_start_needs_more_steps_than_are_allowed() -> None:
    random = np.random.default_rng(3)
    x = np.concatenate([10 ** random.uniform(-12, 2.5, 40_000), random.uniform(0, 20, 40_000)])
    deviation = 10 ** random.uniform(-6, 1.2, len(x))
    strike = np.exp(x)
    value = undiscounted_price("call", futures=1.0, strike=strike, deviation=deviation) / np.sqrt(strike)
    room = 1 - value * np.sqrt(strike)
    sound = (value > 1e-290) & (room > 1e-6)

    found = implied_deviation(log_moneyness=x[sound], time_value=value[sound])

    # A value that leaves a millionth to its maximum has lost six digits of the remainder.
    np.testing.assert_allclose(found, deviation[sound], rtol=1e-8)
    assert sound.sum() > 35_000


def test_a_value_that_underflows_beside_its_unit_is_still_inverted() -> None:
    # 1e-300 beside prices of 1e12 is 1e-312, which a double holds to three digits only.
    x = np.full(2, 0.1)
    value, remainder, unit = np.array([1e-300, 1e-150]), np.array([1e12, 1e12]), np.array([1e12, 1e162])

    found = solved_deviation(x, value=value, remainder=remainder, unit=unit)

    assert found[0] == pytest.approx(found[1], rel=1e-15)
    with mpmath.workdps(50):
        a, t = mpmath.mpf(0.1) / float(found[0]), mpmath.mpf(float(found[0])) / 2
        tails = [mpmath.erfc(d / mpmath.sqrt(2)) / 2 for d in (a - t, a + t)]
        again = mpmath.exp(-mpmath.mpf(0.1) / 2) * tails[0] - mpmath.exp(mpmath.mpf(0.1) / 2) * tails[1]
        # One rounding of the deviation moves this price by its square distance, about 1,400 roundings.
        assert float(again * mpmath.mpf(10) ** 312) == pytest.approx(1.0, rel=5e-13)


@given(st.floats(-3, 3), st.floats(0.01, 5.0))
def test_the_sign_of_the_moneyness_does_not_matter(x: float, share: float) -> None:
    value = np.array(np.exp(-abs(x) / 2) * share / 5.1)

    below, above = (implied_deviation(log_moneyness=np.array(at), time_value=value) for at in (-x, x))

    assert below == above > 0


@pytest.mark.parametrize("value", [0.0, -0.1, np.nan, np.exp(-0.05), 1.0, np.inf])
def test_values_that_no_deviation_gives_are_nan(value: float) -> None:
    assert np.isnan(implied_deviation(log_moneyness=np.array(0.1), time_value=np.array(value)))


@pytest.mark.parametrize("x", [np.nan, np.inf, -np.inf])
def test_moneyness_that_is_not_finite_is_nan(x: float) -> None:
    assert np.isnan(implied_deviation(log_moneyness=np.array(x), time_value=np.array(0.1)))


def test_results_have_the_shape_of_the_arguments() -> None:
    values: FloatArray = np.array([[0.1, 0.2], [0.3, 0.9]])

    found = implied_deviation(log_moneyness=np.zeros((2, 2)), time_value=values)

    # At the money b = erf(s / sqrt(8)): s by mpmath's inverse, in thirty digits.
    np.testing.assert_allclose(
        found, [[0.2513226937101481, 0.5066942062715997], [0.7706409328151352, 3.2897072539029457]], rtol=1e-14
    )


def test_two_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"need one shape, got \(2,\) and \(3,\)"):
        implied_deviation(log_moneyness=np.zeros(2), time_value=np.full(3, 0.1))
