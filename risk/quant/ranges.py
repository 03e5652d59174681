"""Variance from daily open, high, low and close, and the nights that no market made.

`days` are prices int64 or float [D, 4, S], rows open, high, low, close, newest session last; 0 is a missing
session.  Variances are per session.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.volatility import PARKINSON

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

# A share with derivatives that opens 16 % higher or 14 % lower than it closed has been split or has paid a bonus:
# in recorded years of twenty shares every such night was one (the mildest 1:5, -17 %), March 2020 had none.
OVERNIGHT_LIMIT: Final = 0.15


class RangeVariance(NamedTuple):
    """Variances per session [S], NaN where undefined, and the sessions used: [S], fewer for Yang-Zhang."""

    parkinson: FloatArray
    garman_klass: FloatArray
    rogers_satchell: FloatArray
    yang_zhang: FloatArray
    sessions: FloatArray
    nights: FloatArray


def range_variance(days: IntArray | FloatArray) -> RangeVariance:
    """Return the four estimators over all sessions but the first, which only lends its close to the first night.

    Yang-Zhang leaves out sessions after a missing one and after a night beyond OVERNIGHT_LIMIT.
    Raises ValueError for another shape, prices that are negative or not finite, and a session whose high or low does
    not enclose its open and close.
    Sources: Parkinson (1980), Garman and Klass (1980), Journal of Business 53; Rogers and Satchell, Annals of
    Applied Probability 1 (1991); Yang and Zhang, Journal of Business 73 (2000).
    """
    opening, high, low, close = np.moveaxis(log_prices(days), 1, 0)
    up, down, body = (high - opening)[1:], (low - opening)[1:], (close - opening)[1:]
    squared_range = (up - down) ** 2
    satchell = up * (up - body) + down * (down - body)
    klass = 0.5 * squared_range - (2 * np.log(2) - 1) * body**2
    night = opening[1:] - close[:-1]
    used = np.isfinite(night) & (np.abs(night) <= OVERNIGHT_LIMIT)
    return RangeVariance(
        PARKINSON * _mean(squared_range),
        _mean(klass),
        _mean(satchell),
        _yang_zhang(*(np.where(used, leg, np.nan) for leg in (night, body, satchell))),
        np.isfinite(body).sum(axis=0).astype(np.float64),
        used.sum(axis=0).astype(np.float64),
    )


def log_prices(days: IntArray | FloatArray) -> FloatArray:
    """Return the logs [D, 4, S], NaN for missing sessions.  Raises ValueError as `range_variance` does."""
    if days.ndim != 3 or days.shape[1] != 4:
        raise ValueError(f"days must have the shape [sessions, 4, symbols], was {days.shape}")
    known = days.min(axis=1) > 0
    body = days[:, [0, 3]]
    wrong = (days[:, 1] < body.max(axis=1)) | (days[:, 2] > body.min(axis=1))
    if np.any(wrong | ((days < 0) | ~np.isfinite(days)).any(axis=1)):
        first = np.argwhere(wrong | ((days < 0) | ~np.isfinite(days)).any(axis=1))[0]
        raise ValueError(
            "days must have positive prices, a session's high and low around its open and close, "
            f"had {days[first[0], :, first[1]].tolist()}"
        )
    return np.log(np.where(known[:, None], days, np.nan))


def night_moves(days: IntArray | FloatArray) -> FloatArray:
    """Return ln(open / last known close before it) [D, S]; NaN for the first known session and missing ones.

    Raises ValueError as `range_variance` does.
    """
    opening, _, _, close = np.moveaxis(log_prices(days), 1, 0)
    before = np.full(opening.shape, np.nan)
    for session in range(1, len(before)):
        before[session] = np.where(np.isfinite(close[session - 1]), close[session - 1], before[session - 1])
    moves: FloatArray = opening - before
    return moves


def is_unadjusted(night: FloatArray) -> BoolArray:
    """Return which overnight moves, in logs, are beyond OVERNIGHT_LIMIT; an unknown one (NaN) is not."""
    with np.errstate(invalid="ignore"):
        return np.abs(night) > OVERNIGHT_LIMIT


def same_scale(days: IntArray | FloatArray) -> BoolArray:
    """Return [D, S]: sessions with no unadjusted night between them and the last one, hence on its price scale.

    Raises ValueError as `range_variance` does.
    """
    beyond = is_unadjusted(night_moves(days))
    later = np.zeros_like(beyond)
    later[:-1] = np.logical_or.accumulate(beyond[:0:-1], axis=0)[::-1]
    return ~later


def _yang_zhang(night: FloatArray, body: FloatArray, satchell: FloatArray) -> FloatArray:
    n = np.isfinite(night).sum(axis=0).astype(np.float64)
    enough = n > 1
    safe = np.where(enough, n, 2.0)
    weight = 0.34 / (1.34 + (safe + 1) / (safe - 1))
    spread = [np.nansum((leg - _mean(leg)) ** 2, axis=0) / (safe - 1) for leg in (night, body)]
    return np.where(enough, spread[0] + weight * spread[1] + (1 - weight) * _mean(satchell), np.nan)


def _mean(values: FloatArray) -> FloatArray:
    known = np.isfinite(values).sum(axis=0)
    total = np.nansum(values, axis=0)
    mean: FloatArray = np.divide(total, known, out=np.full(total.shape, np.nan), where=known > 0)
    return mean
