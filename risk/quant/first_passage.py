"""Probability that a driftless price touches a barrier within a horizon, exact in both tails.

Distances and deviations are in logs.  The two-sided form takes the log price as a driftless
Brownian motion: over an hour the convexity term sigma^2 T / 2 is below a thousandth of a deviation.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

from risk.quant.guards import positive

FloatArray = NDArray[np.float64]

# Below the switch the eigenfunction series needs few terms, above it the image series does.
SWITCH: Final = 1.5
SERIES_TERMS: Final = 4
FARTHEST: Final = 1e100
IMAGE_TERMS: Final = 2


def touch_probability_below(*, forward: FloatArray, barrier: FloatArray, deviation: FloatArray) -> FloatArray:
    """Return P(the forward touches a barrier at or below it), N(-d2) + (F/K) N(-d1).

    `deviation` is sigma sqrt(T) of the log price; arguments broadcast.  1 where the barrier is already
    touched, 0 at deviation 0 where it is not.  Raises ValueError, naming the argument, for a price or barrier that is
    not positive and finite and for a deviation that is negative or NaN.
    Source: reflection principle for a driftless geometric Brownian motion.
    """
    distance, scaled, half = _scaled(_log_distance(forward, barrier), deviation)
    # (F/K) N(-d1) in logs, since F/K may overflow where N(-d1) vanishes.
    with np.errstate(under="ignore"):
        mirrored = np.exp(np.minimum(distance + log_ndtr(-scaled - half), 0.0))
    return np.where(distance <= 0, 1.0, np.minimum(ndtr(-scaled + half) + mirrored, 1.0))


def touch_probability_above(*, forward: FloatArray, barrier: FloatArray, deviation: FloatArray) -> FloatArray:
    """Return P(the forward touches a barrier at or above it), N(d2) + (F/U) N(d1).

    Arguments and limits as in `touch_probability_below`.  Raises ValueError as it does.
    """
    distance, scaled, half = _scaled(-_log_distance(forward, barrier), deviation)
    with np.errstate(under="ignore"):
        mirrored = np.exp(-np.maximum(distance, 0.0)) * ndtr(-scaled + half)
    return np.where(distance <= 0, 1.0, ndtr(-scaled - half) + mirrored)


def two_sided_probability(distance_in_deviations: FloatArray) -> FloatArray:
    """Return P(sup |W| >= x) for standard Brownian motion on [0, 1]; x is b / (sigma sqrt(T)), any shape.

    1 at x = 0 and 0 at infinity.  Raises ValueError for a negative or NaN distance.
    """
    log_touch, _ = _two_sided_logs(_checked(distance_in_deviations))
    return np.exp(log_touch)


def two_sided_log_odds(distance_in_deviations: FloatArray) -> FloatArray:
    """Return logit P(sup |W| >= x), accurate where the probability itself rounds to 0 or 1.

    +inf at x = 0 and -inf at infinity.  Raises ValueError for a negative or NaN distance.
    """
    log_touch, log_survive = _two_sided_logs(_checked(distance_in_deviations))
    return log_touch - log_survive


def _two_sided_logs(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (log P, log(1 - P)); each is summed directly on the side where it is small."""
    near = np.clip(x, 1e-150, SWITCH)
    with np.errstate(divide="ignore", under="ignore"):
        survive = np.where(x > 0, _log_survival(near), -np.inf)
        touch = _log_touch(np.maximum(x, SWITCH))
        small = x < SWITCH
        log_touch = np.where(small, np.log1p(-np.exp(survive)), touch)
        log_survive = np.where(small, survive, np.log1p(-np.exp(touch)))
    return log_touch, log_survive


def _log_survival(x: FloatArray) -> FloatArray:
    """Return log of (4/pi) sum_k (-1)^k/(2k+1) exp(-(2k+1)^2 pi^2 / (8 x^2)), for x up to the switch."""
    rate = np.pi**2 / (8 * x * x)
    tail = np.zeros_like(x)
    for k in range(SERIES_TERMS, 0, -1):
        tail += (-1) ** k / (2 * k + 1) * np.exp(-4 * k * (k + 1) * rate)
    log_sum: FloatArray = np.log(4 / np.pi) - rate + np.log1p(tail)
    return log_sum


def _log_touch(x: FloatArray) -> FloatArray:
    """Return log of 4 sum_k (-1)^k N(-(2k+1) x), for x from the switch; log N(-x) carries the scale."""
    first = log_ndtr(-x)
    # Beyond FARTHEST the square overflows, and the terms after the first are 0 long before.
    finite = np.where(np.isfinite(x), np.minimum(x, FARTHEST), SWITCH)
    scale = log_ndtr(-finite)
    tail = np.zeros_like(x)
    for k in range(IMAGE_TERMS, 0, -1):
        tail += (-1) ** k * np.exp(log_ndtr(-(2 * k + 1) * finite) - scale)
    log_sum: FloatArray = np.log(4.0) + first + np.log1p(tail)
    return log_sum


def _scaled(distance: FloatArray, deviation: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return distance, distance in deviations (infinite at deviation 0) and half a deviation, of one shape."""
    log_distance, spread = np.broadcast_arrays(distance, np.asarray(deviation, dtype=np.float64))
    if not np.all(spread >= 0):
        raise ValueError(f"deviation must not be negative or NaN, was {spread.min()}")
    with np.errstate(over="ignore"):
        scaled = np.divide(log_distance, spread, out=np.full(spread.shape, np.inf), where=spread > 0)
    return log_distance, scaled, 0.5 * spread


def _log_distance(forward: FloatArray, barrier: FloatArray) -> FloatArray:
    return np.log(positive("forward", forward)) - np.log(positive("barrier", barrier))


def _checked(x: FloatArray) -> FloatArray:
    values = np.asarray(x, dtype=np.float64)
    if not np.all(values >= 0):
        raise ValueError(f"distance must not be negative or NaN, was {values[~(values >= 0)].flat[0]}")
    return values
