"""Variance of the log price on the trading clock: seasonality and exponentially weighted legs.

Variances are per *average minute*: a squared return is divided by the s^2 of its minute, and the
mean of s^2 over a session is 1, so the s^2 of a span add up to its length in average minutes.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

PARKINSON: Final = 1 / (4 * np.log(2))
SMOOTHING_MINUTES: Final = 15

# The intraday legs of the fold, in the order of its state: squared returns, then Parkinson ranges.
FAST_RETURN, MEDIUM_RETURN, FAST_RANGE, MEDIUM_RANGE = range(4)
# All legs of the forecast: the intraday ones, then the two that move once a session.
LEGS: Final = ("fast_return", "medium_return", "fast_range", "medium_range", "daily", "slow")
INTRADAY: Final = 4


def half_life_decay(minutes: float) -> float:
    """Return the lambda per minute whose weight halves in `minutes`."""
    return float(0.5 ** (1 / minutes))


def updated_legs(
    legs: FloatArray,
    *,
    squared_return: FloatArray,
    squared_range: FloatArray,
    minutes: FloatArray,
    seasonal: FloatArray,
    elapsed: FloatArray,
    decays: FloatArray,
    cap: float,
) -> FloatArray:
    """Return the four intraday legs [4, S] after one observation of each symbol, in average-minute units.

    The observation [S] spans `minutes` whole minutes (1, or more after a silence of the symbol) whose s^2 sum
    to `seasonal`; `elapsed` is the part of the span that has passed, 1 at a bar's close:
    v + (1 - lambda^minutes) (r^2 / seasonal - elapsed v).  At elapsed 1 this is the EWMA update, before it
    the expected value of that update.  Observations are capped at `cap` times the medium leg of their kind, so
    that one false print cannot raise the forecast for an hour.
    """
    gain = 1 - decays[:, None] ** minutes
    observed = np.empty_like(legs)
    observed[FAST_RETURN] = squared_return / seasonal
    observed[FAST_RANGE] = squared_range * PARKINSON / seasonal
    observed[MEDIUM_RETURN] = observed[FAST_RETURN]
    observed[MEDIUM_RANGE] = observed[FAST_RANGE]
    limits = cap * legs[[MEDIUM_RETURN, MEDIUM_RETURN, MEDIUM_RANGE, MEDIUM_RANGE]]
    return legs + gain * (np.minimum(observed, limits) - elapsed * legs)


def seasonality(absolute_returns: FloatArray, *, prior: FloatArray, prior_sessions: float) -> FloatArray:
    """Return s [S, M] from the |r| of past sessions [D, S, M] (NaN where a minute is missing), mean s^2 = 1.

    Each symbol's mean |r| per minute is smoothed over 15 minutes, scaled, and shrunk towards the class
    curve `prior` [S, M] with the weight of `prior_sessions` sessions.  Without history it is the prior.
    """
    known = np.isfinite(absolute_returns)
    count = known.sum(axis=0)
    mean = np.where(known, absolute_returns, 0.0).sum(axis=0) / np.maximum(count, 1)
    smooth = _smoothed(mean, count > 0)
    sessions = known.any(axis=2).sum(axis=0)[:, None]
    weight = np.where(smooth > 0, sessions / (sessions + prior_sessions), 0.0)
    return unit_mean_square(weight * unit_mean_square(smooth) + (1 - weight) * unit_mean_square(prior))


def unit_mean_square(curve: FloatArray) -> FloatArray:
    """Return the curves [S, M] scaled so that the mean of their squares is 1; an all-zero curve stays zero."""
    mean = np.mean(curve * curve, axis=1, keepdims=True)
    return np.divide(curve, np.sqrt(mean), out=np.zeros_like(curve), where=mean > 0)


def elapsed_variance_time(seasonal: FloatArray) -> FloatArray:
    """Return [S, M + 1]: average minutes from the open to the start of each minute, sum of s^2."""
    total = np.zeros((seasonal.shape[0], seasonal.shape[1] + 1))
    np.cumsum(seasonal * seasonal, axis=1, out=total[:, 1:])
    return total


def variance_time(elapsed: FloatArray, *, start: float, end: float) -> FloatArray:
    """Return tau [S]: average minutes between two times, given in minutes from the open (may be fractional)."""
    return np.maximum(_at(elapsed, end) - _at(elapsed, start), 0.0)


def blended(previous: FloatArray, observed: FloatArray, *, decay: float, sessions: NDArray[np.int64]) -> FloatArray:
    """Return a once-a-session leg [S] after one more session: an EWMA that starts as the running mean."""
    weight = np.minimum(decay, sessions / (sessions + 1.0))
    leg: FloatArray = weight * previous + (1 - weight) * observed
    return leg


def _at(elapsed: FloatArray, minutes: float) -> FloatArray:
    whole = min(max(int(minutes), 0), elapsed.shape[1] - 2)
    part = min(minutes - whole, 1.0)
    total: FloatArray = elapsed[:, whole] + part * (elapsed[:, whole + 1] - elapsed[:, whole])
    return total


def _smoothed(curve: FloatArray, known: NDArray[np.bool_]) -> FloatArray:
    """Return the centred moving average over known minutes, shorter at the ends; 0 where nothing is known."""
    half = SMOOTHING_MINUTES // 2
    width = curve.shape[1]
    low = np.maximum(np.arange(width) - half, 0)
    high = np.minimum(np.arange(width) + half + 1, width)
    sums = np.pad(np.cumsum(np.where(known, curve, 0.0), axis=1), ((0, 0), (1, 0)))
    counts = np.pad(np.cumsum(known, axis=1), ((0, 0), (1, 0)))
    average: FloatArray = (sums[:, high] - sums[:, low]) / np.maximum(counts[:, high] - counts[:, low], 1)
    return average
