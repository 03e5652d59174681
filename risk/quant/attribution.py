"""Why a score is what it is: exact points on the 0 to 1 scale, by family, that add up to score - base.

The barrier is held fixed, so the structural log-odds l depend on the legs only through V = sum w_k v_k.  Along the
straight path from normal (every leg at the slow variance, V_0) to now, Aumann and Shapley's value has the closed form
c_k = w_k (v_k - v_slow) (l(V) - l(V_0)) / (V - V_0).  Source: R. Aumann, L. Shapley, Values of Non-Atomic Games (1974).
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from risk.quant.scoring import FAMILIES, score, structural_log_odds
from risk.quant.volatility import DAILY, FAST, IMPLIED, MEDIUM

FloatArray = NDArray[np.float64]

# Below this relative distance a difference quotient is all rounding, and the derivative takes its place.
CLOSE: Final = 1e-7


@dataclass(frozen=True)
class ScoreParts:
    """What one score of each symbol was made of.

    `legs` and `weights` [5, S]; `implied_known` [S]; `normal` [S] the slow variance; `variance_minutes` and `barrier`
    [S]; `structural` [S] the structural log-odds of V; `betas` [2, S]; `terms` and `term_weights` [3, S] in the order
    of `model.TERMS`; `log_odds` [S] after the online correction and `score` [S] as shown.
    """

    legs: FloatArray
    weights: FloatArray
    implied_known: NDArray[np.bool_]
    normal: FloatArray
    variance_minutes: FloatArray
    barrier: FloatArray
    structural: FloatArray
    betas: FloatArray
    terms: FloatArray
    term_weights: FloatArray
    log_odds: FloatArray
    score: FloatArray


class Surroundings(NamedTuple):
    """What splits recent moves: `jump_share` [S] of the last hour's variance and `beta` [S] to the market's index, NaN
    where unknown, which attributes nothing; `market` is the index's position, None for none."""

    jump_share: FloatArray
    beta: FloatArray
    market: int | None

    @classmethod
    def unknown(cls, symbols: int) -> "Surroundings":
        """Return the surroundings of symbols of which nothing but their own moves is known."""
        return cls(np.full(symbols, np.nan), np.full(symbols, np.nan), None)


@dataclass(frozen=True)
class Attribution:
    """`base` [S], the score (six decimals) in this symbol's normal conditions, and `points` [F, S] in the order of
    FAMILIES."""

    base: FloatArray
    points: FloatArray


def attribution(parts: ScoreParts, around: Surroundings) -> Attribution:
    """Return the points of each family; their sum is score - base, to rounding.

    Moves of the index are market-wide as far as beta^2 carries them; the jump family is the jump share of what is left
    of a raised fast leg.  The online correction is a family of its own.
    """
    normal = _structural(parts, _normal_variance(parts))
    normal_log_odds = parts.betas[0] + parts.betas[1] * normal
    contributions = _contributions(parts, around, parts.betas[1] * _slope(parts, normal))
    difference = parts.log_odds - normal_log_odds
    contributions[FAMILIES.index("recalibration")] += difference - contributions.sum(axis=0)
    base = score(normal_log_odds)
    points = contributions * _points_per_log_odds(parts.log_odds, normal_log_odds)
    return Attribution(base, _with_rounding(points, parts.score - base))


def _contributions(parts: ScoreParts, around: Surroundings, slope: FloatArray) -> FloatArray:
    """Return log-odds contributions [F, S], `slope` [S] log-odds per unit of V; the recalibration is still 0."""
    legs = parts.weights * (parts.legs - parts.normal) * slope
    market = parts.weights * _market_excess(parts, around) * slope
    implied = np.where(parts.implied_known, legs[IMPLIED], 0.0)
    stand_in = np.where(parts.implied_known, 0.0, legs[IMPLIED])
    own = legs[[FAST, MEDIUM, DAILY]] - market[[FAST, MEDIUM, DAILY]]
    jump = np.nan_to_num(around.jump_share) * np.maximum(own[FAST], 0.0)
    weekend, expiry, falls = parts.term_weights * parts.terms
    rows = {
        "recent_moves": own.sum(axis=0) - jump + stand_in + falls,
        "jump": jump,
        "market_wide": market[[FAST, MEDIUM, DAILY]].sum(axis=0),
        "option_market": implied,
        "calendar": weekend + expiry,
    }
    return np.stack([rows.get(family, np.zeros_like(jump)) for family in FAMILIES])


def _market_excess(parts: ScoreParts, around: Surroundings) -> FloatArray:
    """Return beta^2 times the index's excess variance [5, S], 0 where unknown; the index moves on its own account."""
    if around.market is None:
        return np.zeros_like(parts.legs)
    index = parts.legs[:, around.market] - parts.normal[around.market]
    beta = np.nan_to_num(around.beta)
    beta[around.market] = 0.0
    excess: FloatArray = beta**2 * index[:, None]
    return excess


def _slope(parts: ScoreParts, normal_structural: FloatArray) -> FloatArray:
    """Return (l(V) - l(V_0)) / (V - V_0) [S], its limit where V is V_0."""
    variance, normal = np.einsum("ks,ks->s", parts.weights, parts.legs), _normal_variance(parts)
    apart = np.abs(variance - normal) > CLOSE * normal
    rise = parts.structural - normal_structural
    slope: FloatArray = np.divide(rise, variance - normal, out=np.zeros_like(rise), where=apart)
    if apart.all():
        return slope
    step = 1e-4 * normal
    tangent = _structural(parts, normal + step) - _structural(parts, normal - step)
    limit = np.divide(tangent, 2 * step, out=np.zeros_like(rise), where=step > 0)
    return np.where(apart, slope, limit)


def _normal_variance(parts: ScoreParts) -> FloatArray:
    normal: FloatArray = parts.weights.sum(axis=0) * parts.normal
    return normal


def _structural(parts: ScoreParts, variance: FloatArray) -> FloatArray:
    return structural_log_odds(variance=variance, variance_minutes=parts.variance_minutes, barrier=parts.barrier)


def _points_per_log_odds(log_odds: FloatArray, normal: FloatArray) -> FloatArray:
    """Return the logistic's difference quotient [S], its derivative where the two are close."""
    apart = np.abs(log_odds - normal) > CLOSE
    chance = expit(normal)
    rise = expit(log_odds) - chance
    quotient: FloatArray = np.divide(rise, log_odds - normal, out=chance * (1 - chance), where=apart)
    return quotient


def _with_rounding(points: FloatArray, total: FloatArray) -> FloatArray:
    """Return the points with what the score's six decimals cut off, at most 1e-6, given to the largest of them."""
    largest = np.argmax(np.abs(points), axis=0)
    points[largest, np.arange(points.shape[1])] += total - points.sum(axis=0)
    return points
