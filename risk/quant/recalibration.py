"""The online correction of the log-odds: what recent sessions say about forecasts that were too high, low or flat.

A correction is shift and stretch [2, S] around a reference log-odds r: eta -> r + shift + (1 + stretch) (eta - r).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from risk.quant.guards import finite, not_negative, one_shape, positive

FloatArray = NDArray[np.float64]

NEWTON_STEPS: Final = 12
LONGEST_STEP: Final = 0.5
# Beyond this the correction would turn the ranking round.
SMALLEST_STRETCH: Final = -0.9


def recalibration(
    log_odds: FloatArray,
    outcomes: FloatArray,
    weights: FloatArray,
    *,
    reference: float,
    precision: float,
    stretch_precision: float | None = None,
) -> FloatArray:
    """Return shift and stretch [2, S] under which each symbol's forecasts agree best with its outcomes.

    The mode of a weighted logistic likelihood with independent normal priors around 0 of the given precision, the
    stretch's own where it is given.
    `log_odds` and `outcomes` are [D, S, W], pairs that are not finite are left out; `weights` [D] per session.  0
    without outcomes.  Raises ValueError for weights that are negative or not finite, a reference that is not finite, a
    precision that is not positive, and shapes that do not fit.
    """
    one_shape(log_odds=log_odds, outcomes=outcomes)
    if not_negative("weights", weights).shape != log_odds.shape[:1]:
        raise ValueError(f"weights must have shape {log_odds.shape[:1]}, had {weights.shape}")
    finite("reference", reference)
    positive("precision", precision)
    if stretch_precision is not None:
        positive("stretch_precision", stretch_precision)
    known = np.isfinite(log_odds) & np.isfinite(outcomes)
    weight = np.where(known, weights[:, None, None], 0.0)
    distance, happened = np.where(known, log_odds - reference, 0.0), np.where(known, outcomes, 0.0)
    found = np.zeros((2, log_odds.shape[1]))
    pulls = np.array([[precision], [precision if stretch_precision is None else stretch_precision]])
    for _ in range(NEWTON_STEPS if known.any() else 0):
        shift, stretch = found[:, :, None]
        chance = expit(reference + shift + (1 + stretch) * distance)
        miss, spread = weight * (happened - chance), weight * chance * (1 - chance)
        slope = np.stack([np.sum(miss * x, axis=(0, 2)) for x in (1.0, distance)]) - pulls * found
        curvature = [np.sum(spread * x, axis=(0, 2)) for x in (1.0, distance, distance * distance)]
        found = found + np.clip(_solved(curvature, slope, pulls), -LONGEST_STEP, LONGEST_STEP)
        found[1] = np.maximum(found[1], SMALLEST_STRETCH)
    return found


def corrected(log_odds: FloatArray, correction: FloatArray, *, reference: float) -> FloatArray:
    """Return the corrected log-odds [S].  A NaN stays that symbol's own.  Raises ValueError for other lengths."""
    shift, stretch = correction
    after: FloatArray = reference + shift + (1 + stretch) * (log_odds - reference)
    return after


def uncorrected(log_odds: FloatArray, correction: FloatArray, *, reference: float) -> FloatArray:
    """Return the log-odds [S, ...] before the correction, the inverse of `corrected`; NaN stays NaN.

    Raises ValueError for another number of symbols.
    """
    shape = (-1,) + (1,) * (log_odds.ndim - 1)
    shift, stretch = (row.reshape(shape) for row in correction)
    before: FloatArray = reference + (log_odds - reference - shift) / (1 + stretch)
    return before


def _solved(curvature: list[FloatArray], slope: FloatArray, pulls: FloatArray) -> FloatArray:
    """Return the Newton step [2, S] of the 2 by 2 systems; the prior keeps them regular."""
    a, b, d = curvature[0] + pulls[0], curvature[1], curvature[2] + pulls[1]
    determinant = a * d - b * b
    step: FloatArray = np.stack((d * slope[0] - b * slope[1], a * slope[1] - b * slope[0])) / determinant
    return step
