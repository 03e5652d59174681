"""Spread, price impact and volume, each against what is usual at the same time of day."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.excursions import positive
from risk.quant.guards import chances

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

BUCKET_MINUTES: Final = 15
MINIMUM_WEIGHT: Final = 30.0
BASIS_POINTS: Final = 1e4
WEIGHT, MEAN, SQUARES = range(3)


def book_is_crossed(bid: FloatArray, ask: FloatArray) -> FloatArray:
    """Return 1 where bid > ask, 0 where not, NaN where either is unknown (not positive); any shape.

    Raises ValueError for two shapes.
    """
    known = np.isfinite(positive(bid)) & np.isfinite(positive(ask))
    return np.where(known, np.greater(bid, ask, where=known, out=np.zeros(known.shape, dtype=np.bool_)), np.nan)


def spread_bp(bid: FloatArray, ask: FloatArray, *, floor: FloatArray | float = 0.0) -> FloatArray:
    """Return (ask - bid - floor) / mid in basis points; `floor` is the tick size, NaN unknown.

    A locked book gives minus one tick.  NaN for a crossed book and for a side that is not positive.
    Raises ValueError for shapes that do not broadcast.
    """
    low, high = positive(bid), positive(ask)
    uncrossed = np.where(book_is_crossed(bid, ask) == 0, high - low, np.nan)
    spread: FloatArray = (uncrossed - floor) / (0.5 * (high + low)) * BASIS_POINTS
    return spread


def log_of_mean(total: FloatArray, count: FloatArray) -> FloatArray:
    """Return ln(total / count); NaN where either is not positive and finite: no trading, or no move at all.

    Raises ValueError for two shapes.
    """
    known = (count > 0) & (total > 0) & np.isfinite(count) & np.isfinite(total)
    mean = np.divide(total, count, out=np.full(np.shape(total), np.nan), where=known)
    logs: FloatArray = np.log(mean)
    return logs


def merged_statistics(old: FloatArray, values: FloatArray, *, decay: float) -> FloatArray:
    """Return weight, mean and sum of squares [3, B, ...] after one session's values [B, n, ...], NaN unknown.

    What was known before counts `decay` times; a bucket without new values keeps its mean and variance.
    Raises ValueError for shapes that do not match, and for a decay outside [0, 1].
    Source: Chan, Golub and LeVeque, COMPSTAT (1982).
    """
    if old.shape != (3, values.shape[0], *values.shape[2:]):
        raise ValueError(f"statistics of shape {old.shape} do not fit values of shape {values.shape}")
    chances("decay", decay)
    known = np.isfinite(values)
    count = known.sum(axis=1).astype(np.float64)
    new_mean = np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1)
    new_squares = np.where(known, (values - new_mean[:, None]) ** 2, 0.0).sum(axis=1)
    before = decay * old[WEIGHT]
    share = np.divide(count, before + count, out=np.zeros_like(count), where=count > 0)
    shift = new_mean - old[MEAN]
    squares = decay * old[SQUARES] + new_squares + shift**2 * before * share
    return np.stack((before + count, old[MEAN] + shift * share, squares))


def standardised(values: FloatArray, statistics: FloatArray) -> FloatArray:
    """Return (value - mean) / deviation under statistics [3, ...]; NaN below a weight of 30 or without a variance.

    A NaN stays that bucket's own.  Raises ValueError for shapes that do not broadcast.
    """
    weight, mean, squares = statistics
    enough = (weight >= MINIMUM_WEIGHT) & (squares > 0)
    deviation = np.sqrt(np.divide(squares, weight, out=np.full(np.shape(weight), np.nan), where=enough))
    z: FloatArray = (values - mean) / deviation
    return z


def expected_interval(arrivals: FloatArray) -> FloatArray:
    """Return the usual seconds between ticks from arrivals [2, ...], minutes and ticks; NaN where no tick was seen.

    NaN for minutes that are NaN.
    """
    minutes, ticks = arrivals
    seconds: FloatArray = 60 * np.divide(minutes, ticks, out=np.full(np.shape(minutes), np.nan), where=ticks > 0)
    return seconds
