import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from risk.quant.recalibration import SMALLEST_STRETCH, corrected, recalibration, uncorrected

REFERENCE = float(np.log(0.3 / 0.7))


def drawn(
    shift: float, stretch: float, *, sessions: int = 60
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Return forecasts and outcomes [D, 1, W] of a market whose true log-odds are shifted and stretched."""
    random = np.random.default_rng(1)
    log_odds = REFERENCE + random.normal(0, 1, (sessions, 1, 25))
    truth = REFERENCE + shift + (1 + stretch) * (log_odds - REFERENCE)
    return log_odds, (random.uniform(size=log_odds.shape) < expit(truth)).astype(np.float64)


def test_the_correction_is_the_mode_that_a_general_optimiser_finds() -> None:
    log_odds, outcomes = drawn(-0.8, 0.5)
    weights = 0.97 ** np.arange(60.0)[::-1].astype(np.float64)

    def loss(found: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        eta = REFERENCE + found[0] + (1 + found[1]) * (log_odds - REFERENCE)
        likelihood = np.sum(weights[:, None, None] * (outcomes * eta - np.logaddexp(0, eta)))
        return float(-likelihood + 10 * np.sum(found**2))

    expected = minimize(loss, np.zeros(2), tol=1e-12).x
    found = recalibration(log_odds, outcomes, weights, reference=REFERENCE, precision=20.0)

    assert found[:, 0] == pytest.approx(expected, abs=1e-5)


def test_without_a_prior_it_finds_what_was_wrong() -> None:
    log_odds, outcomes = drawn(-0.8, 0.5)
    found = recalibration(log_odds, outcomes, np.ones(60), reference=REFERENCE, precision=1e-9)

    assert found[:, 0] == pytest.approx([-0.8, 0.5], abs=0.15)


def test_precision_pulls_towards_no_correction() -> None:
    log_odds, outcomes = drawn(-0.8, 0.5)
    free, shrunk = (
        recalibration(log_odds, outcomes, np.ones(60), reference=REFERENCE, precision=precision)
        for precision in (1e-9, 200.0)
    )

    assert (np.abs(shrunk) < np.abs(free)).all()


def test_without_outcomes_nothing_is_corrected() -> None:
    log_odds, outcomes = drawn(0.0, 0.0)
    unknown = np.full_like(outcomes, np.nan)

    assert recalibration(log_odds, unknown, np.ones(60), reference=0.0, precision=1.0).tolist() == [[0.0], [0.0]]


def test_forecasts_that_were_upside_down_never_turn_the_ranking_round() -> None:
    log_odds, outcomes = drawn(0.0, -4.0)
    found = recalibration(log_odds, outcomes, np.ones(60), reference=REFERENCE, precision=1e-9)

    assert found[1, 0] == SMALLEST_STRETCH


@given(st.floats(-3, 3), st.floats(-0.9, 2), st.floats(-5, 5))
def test_taking_the_correction_back_gives_the_log_odds(shift: float, stretch: float, log_odds: float) -> None:
    correction = np.array([[shift], [stretch]])
    there = corrected(np.array([log_odds]), correction, reference=REFERENCE)

    assert uncorrected(there[:, None], correction, reference=REFERENCE)[0] == pytest.approx([log_odds], abs=1e-9)
