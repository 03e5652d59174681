"""The production score on the simulated market, beside the probabilities that only the simulator knows."""

import numpy as np
import pytest
from numpy.typing import NDArray

from risk.quant.backtest import Verdict, walk_forward
from risk.quant.evaluation import calibration_error
from risk.quant.history import in_sessions
from risk.quant.model import default_model
from risk.quant.scoring import score
from streaming.feeds.simulated_source import simulated_source

FloatArray = NDArray[np.float64]

SESSIONS, FITTED = 45, 25


@pytest.fixture(scope="module")
def judged() -> tuple[Verdict, FloatArray]:
    made = simulated_source(SESSIONS, paths=150)
    bars, _ = in_sessions(made.bars, made.clock)
    verdict = walk_forward(
        bars,
        clock=made.clock,
        universe=made.universe,
        model=default_model(),
        fit_sessions=FITTED,
        rolling_barrier=True,
    )
    assert made.truth is not None
    return verdict, made.truth(verdict.cases)


def test_the_score_is_near_the_truth_on_average(judged: tuple[Verdict, FloatArray]) -> None:
    # Twenty sessions share few volatility regimes; over 340 the error is below .02 (docs/benchmarks.md).
    verdict, truth = judged

    assert calibration_error(score(verdict.cases.log_odds), truth) < 0.06


def test_the_score_ranks_windows_as_the_truth_does(judged: tuple[Verdict, FloatArray]) -> None:
    verdict, truth = judged

    assert np.corrcoef(score(verdict.cases.log_odds), truth)[0, 1] > 0.75


def test_the_expected_move_is_the_size_of_moves(judged: tuple[Verdict, FloatArray]) -> None:
    verdict, _ = judged
    cases = verdict.cases

    assert np.sqrt(np.mean((cases.move / cases.deviation) ** 2)) == pytest.approx(1.0, abs=0.2)
