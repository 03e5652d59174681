import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.excursions import excursion, in_deviations, log_ratio, nearest_limit, positive

ONE = np.ones(1)


def test_a_fall_from_100_to_90_is_a_tenth_and_its_log_in_deviations() -> None:
    found = excursion(
        np.array([90.0]), highest=np.array([100.0]), lowest=np.array([80.0]), variance=np.array([1e-6]), minutes=400
    )

    expected = [0.1, 0.125, -math.log(0.9) / 0.02, math.log(1.125) / 0.02]
    assert np.array(found)[:, 0] == pytest.approx(expected)


def test_a_new_high_has_no_drawdown_and_a_first_price_is_its_own_extreme() -> None:
    found = excursion(np.array([110.0, 50.0]), highest=np.array([100.0, np.nan]), lowest=np.array([80.0, np.nan]),
                      variance=np.ones(2), minutes=1.0)  # fmt: skip

    assert found.drawdown.tolist() == [0, 0]
    assert found.runup.tolist() == [0.375, 0]


@pytest.mark.parametrize("bad", [np.nan, 0.0, -1.0, np.inf])
def test_a_price_that_is_not_positive_is_unknown(bad: float) -> None:
    assert np.isnan(positive(np.array([bad]))).all()
    assert np.isnan(excursion(np.array([bad]), highest=ONE, lowest=ONE, variance=ONE, minutes=1.0)).all()
    assert np.isnan(log_ratio(np.array([bad]), ONE)).all()
    assert np.isnan(log_ratio(ONE, np.array([bad]))).all()


@pytest.mark.parametrize("bad", [np.nan, 0.0, -1.0])
def test_deviations_without_a_positive_variance_are_unknown(bad: float) -> None:
    assert np.isnan(in_deviations(ONE, variance=np.array([bad]), minutes=1.0)).all()
    assert np.isnan(in_deviations(ONE, variance=ONE, minutes=np.array([bad]))).all()


@given(st.floats(1, 1e6), st.floats(-0.5, 0.5))
def test_the_log_ratio_is_the_log_of_the_ratio(price: float, move: float) -> None:
    other = price * math.exp(move)

    assert log_ratio(np.array([other]), np.array([price])) == pytest.approx([math.log(other / price)], abs=1e-14)


@pytest.mark.parametrize(
    ("price", "expected"),
    [(100, math.log(1 / 0.9)), (105, math.log(110 / 105)), (95, math.log(95 / 90)), (85, math.log(85 / 90))],
)
def test_the_nearer_of_two_limits_counts_and_is_negative_beyond_it(price: float, expected: float) -> None:
    distance = nearest_limit(np.array([float(price)]), reference=np.array([100.0]), share=0.1)

    assert distance == pytest.approx([min(expected, math.log(110 / price))])


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, math.nan])
def test_a_limit_outside_0_to_1_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        nearest_limit(ONE, reference=ONE, share=share)
