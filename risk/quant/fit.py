"""Fits forecast weights and calibration to judged windows by maximum likelihood."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from risk.quant.scoring import structural_log_odds
from risk.quant.volatility import FAST_RANGE, LEGS, MEDIUM_RANGE

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Ranges see within the minute what returns cannot; beside them the return legs only added noise
# (AUC on judged sessions fell by .004), so that they are kept in the state but left out of the fit.
FITTED_LEGS: Final = (FAST_RANGE, MEDIUM_RANGE, 4, 5)
# Pulls weights towards equal ones and the slope towards 1: worth a tenth of a nat at a few hundred cases.
RIDGE: Final = 1e-4
FEWEST_CASES: Final = 100


@dataclass(frozen=True)
class Fit:
    """Weights [legs] >= 0, betas [2], mean log likelihood per case and the number of cases."""

    weights: FloatArray
    betas: FloatArray
    log_likelihood: float
    cases: int


def fit_score(*, legs: FloatArray, variance_minutes: FloatArray, barrier: FloatArray, touched: BoolArray) -> Fit:
    """Return the fit of logit P(touched) = beta_0 + beta_1 l(sum_k w_k v_k) to N cases.

    `legs` [N, 6] as in `volatility.LEGS`, others [N].  Raises ValueError for fewer than 100 cases or
    outcomes that are all equal.
    """
    if len(touched) < FEWEST_CASES or touched.all() or not touched.any():
        raise ValueError(f"a fit needs {FEWEST_CASES} cases with both outcomes, got {len(touched)}")
    used = legs[:, FITTED_LEGS]
    start = np.append(np.full(used.shape[1], -np.log(used.shape[1])), (0.0, 0.7))

    def mean_loss(parameters: FloatArray) -> float:
        variance = used @ np.exp(parameters[:-2])
        structural = structural_log_odds(variance=variance, variance_minutes=variance_minutes, barrier=barrier)
        return _mean_loss(parameters[-2] + parameters[-1] * structural, touched)

    def loss(parameters: FloatArray) -> float:
        prior = np.sum((parameters[:-2] - start[:-2]) ** 2) + parameters[-2] ** 2 + (parameters[-1] - 1) ** 2
        return mean_loss(parameters) + RIDGE * float(prior)

    solution = minimize(loss, start, method="BFGS", options={"gtol": 1e-6})
    weights = np.zeros(len(LEGS))
    weights[list(FITTED_LEGS)] = np.exp(solution.x[:-2])
    return Fit(weights, solution.x[-2:], -mean_loss(solution.x), len(touched))


def fit_calibration(structural: FloatArray, touched: BoolArray) -> FloatArray:
    """Return betas [2] of a logistic calibration of given log-odds."""

    def loss(betas: FloatArray) -> float:
        return _mean_loss(betas[0] + betas[1] * structural, touched) + RIDGE * float(
            betas[0] ** 2 + (betas[1] - 1) ** 2
        )

    betas: FloatArray = minimize(loss, np.array([0.0, 0.7]), method="BFGS").x
    return betas


def _mean_loss(log_odds: FloatArray, touched: BoolArray) -> float:
    return float(np.mean(np.logaddexp(0.0, log_odds) - touched * log_odds))
