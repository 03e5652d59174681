"""Tests of a value at risk by its exceedances: Kupiec, Christoffersen, and the Basel traffic light.

An exceedance is a loss greater than the value at risk of level q, which happens with probability 1 - q if the
forecast is right.  All three take exceedances as independent draws; instruments that fall together break that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy
from scipy.stats import binom, chi2

BoolArray = NDArray[np.bool_]
Zone = Literal["green", "yellow", "red"]

YELLOW_FROM: Final = 0.95
RED_FROM: Final = 0.9999
BASEL_WINDOWS: Final = 250
BASEL_EXCEEDANCE: Final = 0.01
# Plus factors of the yellow zone by exceedances in 250 days at 99 %: BCBS, Supervisory framework for the use
# of "backtesting" (bcbs22, January 1996), table 2.
PLUS_FACTORS: Final = {5: 0.40, 6: 0.50, 7: 0.65, 8: 0.75, 9: 0.85}
RED_PLUS_FACTOR: Final = 1.00


@dataclass(frozen=True)
class LikelihoodRatio:
    """A likelihood ratio statistic and its asymptotic p-value from chi-squared."""

    statistic: float
    p_value: float


@dataclass(frozen=True)
class Transitions:
    """Counts of pairs of successive windows: `from_to`, 1 is an exceedance."""

    calm_calm: int
    calm_exceeded: int
    exceeded_calm: int
    exceeded_exceeded: int


@dataclass(frozen=True)
class TrafficLight:
    """Zone, probability of that many exceedances or fewer under a right forecast, and Basel's plus factor."""

    zone: Zone
    cumulative_probability: float
    plus_factor: float


def kupiec(exceedances: int, windows: int, *, probability: float) -> LikelihoodRatio:
    """Return LR_uc, which asks whether exceedances come as often as `probability` says, chi-squared with 1 degree.

    0 and all exceedances have their limits.  Raises ValueError for no windows, a count outside 0..windows and a
    probability outside (0, 1).  Source: P. Kupiec, Journal of Derivatives 3 (1995), pp. 73-84.
    """
    _check_counts(exceedances, windows, probability)
    calm = windows - exceedances
    supposed = _log_likelihood(calm, exceedances, probability)
    observed = _log_likelihood(calm, exceedances, exceedances / windows)
    return _ratio(supposed, observed, degrees=1)


def christoffersen_independence(transitions: Transitions) -> LikelihoodRatio:
    """Return LR_ind, which asks whether an exceedance makes the next one likelier, chi-squared with 1 degree.

    NaN where it cannot be told: no pair begins with an exceedance, or none begins without one.
    Source: P. Christoffersen, International Economic Review 39 (1998), pp. 841-862.
    """
    t = transitions
    after_calm, after_exceeded = t.calm_calm + t.calm_exceeded, t.exceeded_calm + t.exceeded_exceeded
    if not after_calm or not after_exceeded:
        return LikelihoodRatio(float("nan"), float("nan"))
    to_calm, to_exceeded = t.calm_calm + t.exceeded_calm, t.calm_exceeded + t.exceeded_exceeded
    supposed = _log_likelihood(to_calm, to_exceeded, to_exceeded / (to_calm + to_exceeded))
    observed = _log_likelihood(t.calm_calm, t.calm_exceeded, t.calm_exceeded / after_calm)
    observed += _log_likelihood(t.exceeded_calm, t.exceeded_exceeded, t.exceeded_exceeded / after_exceeded)
    return _ratio(supposed, observed, degrees=1)


def christoffersen_coverage(coverage: LikelihoodRatio, independence: LikelihoodRatio) -> LikelihoodRatio:
    """Return LR_cc = LR_uc + LR_ind, right rate and independence together, chi-squared with 2 degrees."""
    statistic = coverage.statistic + independence.statistic
    return LikelihoodRatio(statistic, float(chi2.sf(statistic, 2)))


def transitions_of(sequences: Sequence[BoolArray]) -> Transitions:
    """Count pairs within each sequence of exceedances in time order; no pair joins two sequences."""
    before = np.concatenate([np.zeros(0, dtype=np.bool_), *(sequence[:-1] for sequence in sequences)])
    after = np.concatenate([np.zeros(0, dtype=np.bool_), *(sequence[1:] for sequence in sequences)])
    counts = np.bincount(2 * before + after, minlength=4).tolist()
    return Transitions(*counts)


def traffic_light(exceedances: int, windows: int, *, probability: float) -> TrafficLight:
    """Return the Basel zone by the binomial probability of at most that many exceedances.

    Green below .95, yellow below .9999, else red, for any count of windows and any level.  The plus factor is that
    of the Basel table (250 days, 99 %) at the same cumulative probability; off that table it is our extension.
    Raises ValueError as `kupiec`.
    """
    _check_counts(exceedances, windows, probability)
    cumulative = float(binom.cdf(exceedances, windows, probability))
    if cumulative < YELLOW_FROM:
        return TrafficLight("green", cumulative, 0.0)
    if cumulative >= RED_FROM:
        return TrafficLight("red", cumulative, RED_PLUS_FACTOR)
    table = [binom.cdf(count, BASEL_WINDOWS, BASEL_EXCEEDANCE) for count in PLUS_FACTORS]
    # The first row begins at .9588, the zone at .95: what lies between takes the first row's factor.
    row = max(int(np.searchsorted(table, cumulative, side="right")) - 1, 0)
    return TrafficLight("yellow", cumulative, list(PLUS_FACTORS.values())[row])


def _log_likelihood(calm: int, exceeded: int, probability: float) -> float:
    return float(xlogy(calm, 1 - probability) + xlogy(exceeded, probability))


def _ratio(supposed: float, observed: float, *, degrees: int) -> LikelihoodRatio:
    # The free fit is never worse than the supposed one; a difference below 0 is rounding.
    statistic = max(-2 * (supposed - observed), 0.0)
    return LikelihoodRatio(statistic, float(chi2.sf(statistic, degrees)))


def _check_counts(exceedances: int, windows: int, probability: float) -> None:
    if windows < 1 or not 0 <= exceedances <= windows:
        raise ValueError(f"exceedances must lie in 0..windows with a window at least, got {exceedances} of {windows}")
    if not 0 < probability < 1:
        raise ValueError(f"the probability of an exceedance must lie in (0, 1), was {probability}")
