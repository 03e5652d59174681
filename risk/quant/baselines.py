"""What the score must beat: constant forecasts, and simpler variances calibrated in the same way."""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from risk.quant.cases import Cases
from risk.quant.fit import fit_calibration
from risk.quant.guards import chances, some
from risk.quant.scoring import score, structural_log_odds

FloatArray = NDArray[np.float64]
Baseline = Literal["constant_base", "constant_sample", "rolling_60", "riskmetrics"]

BASELINES: Final[tuple[Baseline, ...]] = ("constant_base", "constant_sample", "rolling_60", "riskmetrics")


def baseline_forecasts(known: Cases, cases: Cases, *, base_rate: float) -> dict[Baseline, FloatArray]:
    """Return each baseline's probabilities [N] of the judged cases; `known` are those of the fitted sessions.

    `constant_sample` is the judged sample's own rate, which no forecast knows: to beat it is to rank, not to guess
    the level.  The variances become probabilities by first passage and a calibration of two parameters fitted on
    `known`, as the score's own are.  Raises ValueError for a base rate outside [0, 1] and where either has no case.
    """
    chances("base_rate", base_rate)
    some("known", known.touched)
    some("cases", cases.touched)
    return {
        "constant_base": np.full(len(cases), base_rate),
        "constant_sample": np.full(len(cases), cases.touched.mean()),
        "rolling_60": _calibrated(known, cases, known.rolling_variance, cases.rolling_variance),
        "riskmetrics": _calibrated(known, cases, known.riskmetrics_variance, cases.riskmetrics_variance),
    }


def _calibrated(known: Cases, cases: Cases, before: FloatArray, after: FloatArray) -> FloatArray:
    """Return the touch probabilities of variances per minute, which run for the window's minutes."""
    fitted, judged = (
        structural_log_odds(variance=variance, variance_minutes=sample.horizon, barrier=sample.barrier)
        for variance, sample in ((before, known), (after, cases))
    )
    betas = fit_calibration(fitted, known.touched)
    return score(betas[0] + betas[1] * judged)
