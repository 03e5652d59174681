"""The score: the calibrated probability that the price moves at least the barrier within the horizon.

Everything here is per symbol, arrays of shape [S]; logs and variances as in `volatility`.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_ndtr

from risk.quant.first_passage import two_sided_log_odds
from risk.quant.guards import chances

FloatArray = NDArray[np.float64]

FAMILIES: Final = ("recent_moves", "jump", "market_wide", "option_market", "calendar", "recalibration")
SCORE: Final = np.dtype(
    [
        ("instrument", "<u4"),
        ("price", "<f8"),  # rupees, 0 before the first tick
        ("tick_time", "<i8"),  # exchange time of the newest tick, microseconds UTC
        ("previous_close", "<f8"),  # rupees, NaN when unknown
        ("score", "<f8"),
        ("barrier", "<f8"),  # log move
        ("expected_move", "<f8"),  # one deviation over the horizon, in logs
        ("variance", "<f8"),  # forecast per average minute
        ("protection_cost", "<f8"),  # fraction of the price
        ("state", "i1"),
        ("horizon_minutes", "<f8"),
        ("base", "<f8"),  # the score in this symbol's normal conditions
        ("points", "<f8", (len(FAMILIES),)),  # by family; they add up to score - base
    ]
)
DECIMALS: Final = 6
# Structural log-odds beyond this carry no information (a probability of 1e-13) and would let one
# extreme quarter of an hour dominate a fit.
LOG_ODDS_LIMIT: Final = 30.0
SEVERITIES: Final = ("NORMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")


class State(IntEnum):
    """What a score rests on: enough history, a symbol that is not heard, the class prior, or a closed market."""

    OK = 0
    STALE = 1
    PRIOR = 2
    CLOSED = 3


def forecast_variance(legs: FloatArray, weights: FloatArray) -> FloatArray:
    """Return V = sum_k w_k v_k per average minute; both arrays [legs, S].  A symbol with a NaN has NaN.

    Raises ValueError for two shapes.
    """
    variance: FloatArray = np.einsum("ks,ks->s", weights, legs)
    return variance


def structural_log_odds(*, variance: FloatArray, variance_minutes: FloatArray, barrier: FloatArray) -> FloatArray:
    """Return logit P(touch of +-barrier) for variance V over tau average minutes, limited to +-30.

    -30 where there is no variance or no time.  Raises ValueError for an argument that is negative or NaN.
    """
    with np.errstate(invalid="ignore"):
        deviation = np.sqrt(variance * variance_minutes)
    # A NaN deviation is not left out: it must not pass for a calm market.
    distance = np.divide(barrier, deviation, out=np.full_like(barrier, np.inf), where=deviation != 0)
    try:
        return np.clip(two_sided_log_odds(distance), -LOG_ODDS_LIMIT, LOG_ODDS_LIMIT)
    except ValueError:
        named = {"variance": variance, "variance_minutes": variance_minutes, "barrier": barrier}
        raise ValueError(_complaint(named)) from None


def calibrated_log_odds(structural: FloatArray, *, offset: FloatArray, slope: FloatArray) -> FloatArray:
    """Return beta_0 + beta_1 l, the log-odds before the online correction; `offset` includes the terms.

    NaN stays NaN.  Raises ValueError for shapes that do not broadcast.
    """
    log_odds: FloatArray = offset + slope * structural
    return log_odds


def score(log_odds: FloatArray) -> FloatArray:
    """Return the score in [0, 1], rounded once, here, before any comparison or storage; NaN stays NaN."""
    rounded: FloatArray = np.round(expit(log_odds), DECIMALS)
    return rounded


def severity(scores: FloatArray, thresholds: Sequence[float]) -> NDArray[np.int8]:
    """Return the index into SEVERITIES of each score; a score equal to a threshold has reached it.

    Raises ValueError unless `thresholds` are four finite, strictly increasing numbers and scores lie in [0, 1].
    """
    chances("scores", scores)
    limits = np.asarray(thresholds, dtype=np.float64)
    if limits.shape != (4,) or not np.all(np.isfinite(limits)) or not np.all(np.diff(limits) > 0):
        raise ValueError(f"thresholds must be four increasing numbers, were {list(thresholds)}")
    return np.searchsorted(limits, scores, side="right").astype(np.int8)


def protection_cost(*, barrier: FloatArray, deviation: FloatArray) -> FloatArray:
    """Return the undiscounted Black-76 put at K = F exp(-barrier), as a fraction of F; 0 at deviation 0 or below.

    NaN for a deviation of NaN, and for a barrier of NaN over a deviation.  Raises ValueError for shapes that do not
    broadcast.
    """
    live = deviation > 0
    safe = np.where(live, deviation, 1.0)
    centre = barrier / safe
    # Both terms in logs: far from the barrier they underflow to 0 instead of raising.
    with np.errstate(under="ignore"):
        cost = np.exp(log_ndtr(0.5 * safe - centre) - barrier) - np.exp(log_ndtr(-0.5 * safe - centre))
    return np.where(live, np.maximum(cost, 0.0), np.maximum(np.minimum(deviation, 0.0), 0.0))


def _complaint(named: dict[str, FloatArray]) -> str:
    """Return the sentence that names the argument which is negative or NaN."""
    for name, values in named.items():
        wrong = np.ravel(values)[~(np.ravel(values) >= 0)]
        if wrong.size:
            return f"{name} must not be negative or NaN, was {wrong[0]}"
    return "variance, its minutes and the barrier must give a distance, were infinite together"
