import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.black76 import undiscounted_price
from risk.quant.scoring import (
    SEVERITIES,
    calibrated_log_odds,
    forecast_variance,
    protection_cost,
    score,
    severity,
    structural_log_odds,
)

THRESHOLDS = (0.3, 0.5, 0.8, 0.9)


def one(value: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([value])


def test_severity_changes_at_the_thresholds_themselves() -> None:
    found = severity(np.array([0.0, 0.299999, 0.3, 0.499999, 0.5, 0.8, 0.899999, 0.9, 1.0]), THRESHOLDS)

    assert [SEVERITIES[level] for level in found] == [
        *("NORMAL", "NORMAL", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "CRITICAL", "CRITICAL")
    ]


@pytest.mark.parametrize("bad", [(0.3, 0.5, 0.8), (0.3, 0.3, 0.8, 0.9), (0.3, 0.5, 0.9, 0.8), (0.3, 0.5, 0.8, np.nan)])
def test_unordered_thresholds_are_refused(bad: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="increasing"):
        severity(one(0.5), bad)


@pytest.mark.parametrize(("probability", "ratio"), [(0.5, 1.25), (0.8, 1.76), (0.9, 2.07)])
def test_gaussian_thresholds_are_multiples_of_normal_volatility(probability: float, ratio: float) -> None:
    # risk-model: .5/.8/.9 mean forecast volatility at 1.25 / 1.76 / 2.07 times normal, whose base rate is .30
    normal = 1.4395  # distance in deviations that is touched with probability .30, see test_first_passage
    log_odds = structural_log_odds(variance=one(ratio**2), variance_minutes=one(1.0), barrier=one(normal))

    assert score(log_odds)[0] == pytest.approx(probability, abs=0.015)


def test_the_score_is_rounded_to_six_decimals_and_bounded() -> None:
    found = score(np.array([-800.0, -1.0, 0.0, 800.0]))

    assert found.tolist() == [0.0, 0.268941, 0.5, 1.0]


@given(st.floats(1e-10, 1e-4), st.floats(1, 30), st.floats(0, 60), st.floats(1e-4, 0.1))
def test_the_score_never_falls_when_variance_rises(
    variance: float, factor: float, minutes: float, barrier: float
) -> None:
    low, high = (
        structural_log_odds(variance=one(v), variance_minutes=one(minutes), barrier=one(barrier))
        for v in (variance, variance * factor)
    )

    assert score(calibrated_log_odds(low, offset=one(0.1), slope=one(0.6))) <= score(
        calibrated_log_odds(high, offset=one(0.1), slope=one(0.6))
    )


def test_without_time_nothing_is_touched() -> None:
    assert structural_log_odds(variance=one(1e-7), variance_minutes=one(0.0), barrier=one(0.01)).tolist() == [-30.0]


def test_the_forecast_is_the_weighted_sum_of_the_legs() -> None:
    legs, weights = np.arange(12.0).reshape(6, 2), np.full((6, 2), 0.5)

    assert forecast_variance(legs, weights).tolist() == [15.0, 18.0]


@given(st.floats(1e-5, 0.2), st.floats(1e-5, 0.5))
def test_protection_costs_what_black_76_asks_for_the_put(barrier: float, deviation: float) -> None:
    found = protection_cost(barrier=one(barrier), deviation=one(deviation))[0]
    put = undiscounted_price("put", futures=1.0, strike=np.exp(-barrier), deviation=deviation)

    assert found == pytest.approx(float(put), rel=1e-6, abs=1e-14)


def test_protection_of_a_known_case_agrees_with_50_digits() -> None:
    with mpmath.workdps(50):
        b, s = mpmath.mpf("0.004"), mpmath.mpf("0.003")
        expected = float(mpmath.exp(-b) * mpmath.ncdf(-b / s + s / 2) - mpmath.ncdf(-b / s - s / 2))

    assert protection_cost(barrier=one(0.004), deviation=one(0.003))[0] == pytest.approx(expected, rel=1e-10)
    assert protection_cost(barrier=one(0.004), deviation=one(0.0)).tolist() == [0.0]
