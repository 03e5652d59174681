"""Variance of the log price on the trading clock: seasonality and exponentially weighted legs.

Variances are per *average minute*: a squared return is divided by the s^2 of its minute, and the
mean of s^2 over a session is 1, so the s^2 of a span add up to its length in average minutes.
"""

from math import inf, isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import chances, finite, not_negative, positive

FloatArray = NDArray[np.float64]

PARKINSON: Final = 1 / (4 * np.log(2))
SMOOTHING_MINUTES: Final = 15

# Legs of the forecast: two averages of Parkinson ranges that move every minute, two averages of a session's squared
# returns that move once a session, and the option market's.
LEGS: Final = ("fast", "medium", "daily", "slow", "implied")
FAST, MEDIUM, DAILY, SLOW, IMPLIED = range(5)
INTRADAY: Final = 2
SESSIONS_A_YEAR: Final = 252
SESSION_MINUTES: Final = 375


def half_life_decay(minutes: float) -> float:
    """Return the lambda per minute whose weight halves in `minutes`.  Raises ValueError unless these are positive."""
    if not 0 < minutes < inf:  # asked for every second: no arrays
        raise ValueError(f"minutes must be positive and finite, was {minutes}")
    return float(0.5 ** (1 / minutes))


def updated_legs(
    legs: FloatArray,
    *,
    squared_range: FloatArray,
    minutes: FloatArray,
    seasonal: FloatArray,
    elapsed: FloatArray,
    decays: FloatArray,
    cap: float,
) -> FloatArray:
    """Return the intraday legs [2, S] after one observation of each symbol, in average-minute units.

    The observation [S], ln^2(H/L), spans `minutes` whole minutes (1, or more after a silence of the symbol) whose
    s^2 sum to `seasonal`; `elapsed` is the part of the span that has passed, 1 at a bar's close:
    v + (1 - lambda^minutes) (x / seasonal - elapsed v), x Parkinson's variance.  At elapsed 1 this is the EWMA
    update, before it the expected value of that update.  Observations are capped at `cap` times the medium leg,
    so that one false print cannot raise the forecast for an hour.
    """
    gain = 1 - decays[:, None] ** minutes
    observed = np.minimum(squared_range * PARKINSON / seasonal, cap * legs[MEDIUM])
    updated: FloatArray = legs + gain * (observed - elapsed * legs)
    return updated


def implied_variance(volatility: FloatArray, *, open_share: float) -> FloatArray:
    """Return the variance per average minute that an at-the-money implied volatility (per year) stands for.

    IV^2 covers a year of 252 sessions and the nights between them; `open_share` of it falls inside sessions of 375
    average minutes: IV^2 open_share / (252 * 375).  NaN stays NaN.  Raises ValueError for a volatility that is not
    positive and finite, and for a share outside (0, 1].
    """
    if not 0 < open_share <= 1:
        raise ValueError(f"open_share must lie in (0, 1], was {open_share}")
    if np.any((volatility <= 0) | np.isinf(volatility)):
        raise ValueError(f"volatility must be positive and finite, or NaN, was {volatility.tolist()}")
    variance: FloatArray = volatility * volatility * (open_share / (SESSIONS_A_YEAR * SESSION_MINUTES))
    return variance


def seasonality(
    absolute_returns: FloatArray, *, prior: FloatArray, prior_sessions: float, apart: int = 0
) -> FloatArray:
    """Return s [S, M] from the |r| of past sessions [D, S, M] (NaN where a minute is missing), mean s^2 = 1.

    Each symbol's mean |r| per minute is smoothed over 15 minutes, scaled, and shrunk towards the class
    curve `prior` [S, M] with the weight of `prior_sessions` sessions.  Without history it is the prior.  The last
    `apart` minutes, those of an auction, are smoothed with none.  Raises ValueError for a prior that is not positive,
    prior sessions that are not, shapes that do not fit, and for `apart` unless some of the M minutes are left.
    """
    positive("prior", prior)
    positive("prior_sessions", prior_sessions)
    if absolute_returns.shape[1:] != prior.shape:
        raise ValueError(f"absolute_returns must have shape [D, {prior.shape}], had {absolute_returns.shape}")
    ordinary = prior.shape[1] - apart
    if not 0 < ordinary <= prior.shape[1]:
        raise ValueError(f"apart must be at least 0 and below {prior.shape[1]} minutes, was {apart}")
    known = np.isfinite(absolute_returns)
    count = known.sum(axis=0)
    mean = np.where(known, absolute_returns, 0.0).sum(axis=0) / np.maximum(count, 1)
    smooth = np.hstack((_smoothed(mean[:, :ordinary], count[:, :ordinary] > 0), mean[:, ordinary:]))
    sessions = known.any(axis=2).sum(axis=0)[:, None]
    weight = np.where(smooth > 0, sessions / (sessions + prior_sessions), 0.0)
    return unit_mean_square(weight * unit_mean_square(smooth) + (1 - weight) * unit_mean_square(prior))


def unit_mean_square(curve: FloatArray) -> FloatArray:
    """Return the curves [S, M] scaled so that the mean of their squares is 1; an all-zero curve stays zero.

    Raises ValueError for a curve that is not finite.
    """
    finite("curve", curve)
    mean = np.mean(curve * curve, axis=1, keepdims=True)
    return np.divide(curve, np.sqrt(mean), out=np.zeros_like(curve), where=mean > 0)


def elapsed_variance_time(seasonal: FloatArray) -> FloatArray:
    """Return [S, M + 1]: average minutes from the open to the start of each minute, sum of s^2.

    Raises ValueError for a curve [S, M] that is not finite.
    """
    finite("seasonal", seasonal)
    total = np.zeros((seasonal.shape[0], seasonal.shape[1] + 1))
    np.cumsum(seasonal * seasonal, axis=1, out=total[:, 1:])
    return total


def variance_time(elapsed: FloatArray, *, start: float, end: float) -> FloatArray:
    """Return tau [S]: average minutes between two times, given in minutes from the open (may be fractional).

    0 where the end is not after the start.  Raises ValueError for a time that is not finite.
    """
    if not (isfinite(start) and isfinite(end)):
        raise ValueError(f"start and end must be finite, were {start} and {end}")
    return np.maximum(_at(elapsed, end) - _at(elapsed, start), 0.0)


def blended(previous: FloatArray, observed: FloatArray, *, decay: float, sessions: NDArray[np.int64]) -> FloatArray:
    """Return a once-a-session leg [S] after one more session: an EWMA that starts as the running mean.

    A NaN stays that symbol's own.  Raises ValueError for a decay outside [0, 1] and a negative count of sessions.
    """
    chances("decay", decay)
    not_negative("sessions", sessions)
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
