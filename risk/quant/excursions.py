"""How far the price is from where it was, from its extremes and from its limits, in logs and in deviations.

Arrays are [S]; prices and deviations that are not positive are unknown, and what needs them is NaN.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Excursion(NamedTuple):
    """Fall from the highest and rise from the lowest price: as fractions of the extreme, and in deviations."""

    drawdown: FloatArray
    runup: FloatArray
    drawdown_sigma: FloatArray
    runup_sigma: FloatArray


def positive(values: FloatArray) -> FloatArray:
    """Return the values with everything that is not positive and finite made NaN, of any shape."""
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)


def log_ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Return ln(a / b); NaN where either is not positive and finite.  Raises ValueError for different lengths."""
    above, below = positive(numerator), positive(denominator)
    # Of two close prices the difference is exact, so that a small move keeps its digits.
    logs: FloatArray = np.log1p((above - below) / below)
    return logs


def in_deviations(distance: FloatArray, *, variance: FloatArray, minutes: FloatArray | float) -> FloatArray:
    """Return distance / sqrt(variance * minutes), minutes on the variance clock; NaN where the root is not positive.

    Raises ValueError for shapes that do not broadcast.
    """
    return distance / np.sqrt(positive(variance * minutes))


def excursion(
    price: FloatArray, *, highest: FloatArray, lowest: FloatArray, variance: FloatArray, minutes: FloatArray | float
) -> Excursion:
    """Return how far the price is below the highest and above the lowest; deviations are of `minutes` at `variance`.

    Arguments broadcast.  The live price counts: a new high has drawdown 0.  A NaN extreme means that the price is
    the only one known.  Raises ValueError for shapes that do not broadcast.
    """
    now = positive(price)
    top, bottom = np.fmax(positive(highest), now), np.fmin(positive(lowest), now)
    fall, rise = log_ratio(top, now), log_ratio(now, bottom)
    return Excursion(
        (top - now) / top,
        (now - bottom) / bottom,
        in_deviations(fall, variance=variance, minutes=minutes),
        in_deviations(rise, variance=variance, minutes=minutes),
    )


def nearest_limit(price: FloatArray, *, reference: FloatArray, share: float) -> FloatArray:
    """Return the log distance to the nearer of reference * (1 + share) and reference * (1 - share).

    Negative beyond it, NaN for a price that is not positive.  Raises ValueError for a share outside (0, 1) and for
    different lengths.
    """
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1, was {share}")
    return np.minimum(log_ratio(reference * (1 + share), price), log_ratio(price, reference * (1 - share)))
