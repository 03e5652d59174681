"""Fits forecast weights and calibration to judged windows by penalised maximum likelihood."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from risk.quant.guards import finite, not_negative, one_shape, positive, some
from risk.quant.model import TERMS, PriorRow
from risk.quant.scoring import structural_log_odds
from risk.quant.volatility import IMPLIED, LEGS

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Keeps a two-parameter calibration finite where it separates its cases.
RIDGE: Final = 1e-4
FEWEST_CASES: Final = 100


@dataclass(frozen=True)
class FitSample:
    """What a fit sees of N windows: legs [N, L], tau, barrier [N], calibration terms [N, T], whether options were
    fresh, the log return to the window's end and whether the barrier was touched [N]."""

    legs: FloatArray
    variance_minutes: FloatArray
    barrier: FloatArray
    terms: FloatArray
    implied_known: BoolArray
    move: FloatArray
    touched: BoolArray


@dataclass(frozen=True)
class Fit:
    """Weights [legs] >= 0, scale of the moves' variance, betas [2], terms [T], mean log likelihood per case (without
    the pull) and the cases."""

    weights: FloatArray
    scale: float
    betas: FloatArray
    terms: FloatArray
    log_likelihood: float
    cases: int


def fit_score(windows: FitSample, prior: PriorRow, *, without: frozenset[str] = frozenset()) -> Fit:
    """Return the fit of logit P(touched) = beta_0 + beta_1 l(sum_k w_k v_k) + sum_j gamma_j f_j, pulled to `prior`.

    Weights are fitted as logarithms, so that they stay positive; parts named in `without`, and the implied leg where no
    option was fresh, are left out with weight 0.  Raises ValueError for fewer than 100 cases, outcomes that are all
    equal, and columns of different lengths or with numbers that are not finite.
    """
    _check(windows)
    touched = windows.touched
    if len(touched) < FEWEST_CASES or touched.all() or not touched.any():
        raise ValueError(f"a fit needs {FEWEST_CASES} cases with both outcomes, got {len(touched)}")
    used = [k for k in range(len(LEGS)) if _is_used(k, windows, without)]
    legs = windows.legs[:, used]
    centre = np.concatenate((np.log(np.array(prior["weights"])[used]), prior["betas"], prior["terms"]))
    pulls = (np.full(len(used), prior["pull_weights"]), prior["pull_betas"], np.full(len(TERMS), prior["pull_terms"]))
    pull = np.concatenate(pulls) / len(touched)
    cut = len(used)
    terms = windows.terms * [name not in without for name in TERMS]

    def mean_loss(parameters: FloatArray) -> float:
        variance = legs @ np.exp(parameters[:cut])
        structural = structural_log_odds(
            variance=variance, variance_minutes=windows.variance_minutes, barrier=windows.barrier
        )
        shift = parameters[cut] + terms @ parameters[cut + 2 :]
        return _mean_loss(shift + parameters[cut + 1] * structural, touched)

    def loss(parameters: FloatArray) -> float:
        return mean_loss(parameters) + float(np.sum(pull * (parameters - centre) ** 2))

    found = minimize(loss, centre, method="BFGS", options={"gtol": 1e-6}).x
    weights = np.zeros(len(LEGS))
    weights[used] = np.exp(found[:cut])
    gammas = found[cut + 2 :] * [name not in without for name in TERMS]
    scale = variance_scale(windows, weights)
    return Fit(weights, scale, found[cut : cut + 2], gammas, -mean_loss(found), len(touched))


def variance_scale(windows: FitSample, weights: FloatArray) -> float:
    """Return the scale under which the moves' variance is scale V tau: the mean of move^2 / (V tau).

    Weights and slope trade scale freely in the likelihood of touches, so that V alone is no variance.  The mean of
    the ratio is the scale that minimises QLIKE.  Raises ValueError for weights that are negative or not one for each
    leg, and for windows without variance.  Source: A. Patton, Journal of Econometrics 160 (2011), pp. 246-256.
    """
    variance = windows.legs @ _weights(windows, weights) * windows.variance_minutes
    return float(np.mean(windows.move**2 / positive("variance", variance)))


def mean_log_likelihood(windows: FitSample, *, weights: FloatArray, betas: FloatArray, terms: FloatArray) -> float:
    """Return the mean log likelihood of the outcomes under given weights [L], betas [2] and terms [T].

    Raises ValueError for numbers that are not finite, weights that are negative, other lengths than those, and windows
    that `fit_score` refuses for their columns.
    """
    _check(windows)
    for name, values, length in (("betas", betas, 2), ("terms", terms, windows.terms.shape[1])):
        if finite(name, values).shape != (length,):
            raise ValueError(f"{name} must have shape ({length},), had {values.shape}")
    structural = structural_log_odds(
        variance=windows.legs @ _weights(windows, weights),
        variance_minutes=windows.variance_minutes,
        barrier=windows.barrier,
    )
    return -_mean_loss(betas[0] + betas[1] * structural + windows.terms @ terms, windows.touched)


def fit_calibration(structural: FloatArray, touched: BoolArray) -> FloatArray:
    """Return betas [2] of a logistic calibration of given log-odds.

    Raises ValueError for no cases, log-odds that are not finite and arrays of two lengths.
    """
    some("structural", finite("structural", structural))
    one_shape(structural=structural, touched=touched)

    def loss(betas: FloatArray) -> float:
        return _mean_loss(betas[0] + betas[1] * structural, touched) + RIDGE * float(
            betas[0] ** 2 + (betas[1] - 1) ** 2
        )

    betas: FloatArray = minimize(loss, np.array([0.0, 0.7]), method="BFGS").x
    return betas


def _check(windows: FitSample) -> None:
    columns = {field.name: getattr(windows, field.name) for field in fields(FitSample)}
    lengths = {name: len(column) for name, column in columns.items()}
    if not windows.touched.size or len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of a fit need one length above 0, had {lengths}")
    for name, column in columns.items():
        finite(name, column)


def _weights(windows: FitSample, weights: FloatArray) -> FloatArray:
    if weights.shape != windows.legs.shape[1:]:
        raise ValueError(f"weights must have shape {windows.legs.shape[1:]}, had {weights.shape}")
    return not_negative("weights", weights)


def _is_used(leg: int, windows: FitSample, without: frozenset[str]) -> bool:
    return LEGS[leg] not in without and (leg != IMPLIED or bool(windows.implied_known.any()))


def _mean_loss(log_odds: FloatArray, touched: BoolArray) -> float:
    return float(np.mean(np.logaddexp(0.0, log_odds) - touched * log_odds))
