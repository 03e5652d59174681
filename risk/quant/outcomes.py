"""What happened in a session, seen after it: returns per minute, touched windows, calibration error.

A session is dense here: log prices [S, M], NaN where a symbol has no bar in the minute.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from risk.quant.volatility import variance_time

FloatArray = NDArray[np.float64]

WINDOW_STEP: Final = 15
NEWTON_STEPS: Final = 12


@dataclass(frozen=True)
class DenseSession:
    """One session's bars as log prices [S, M] and the log-odds [S, M] at each close."""

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    log_odds: FloatArray

    @classmethod
    def of(cls, bars: NDArray[np.void], *, instruments: NDArray[np.int64], minutes: int) -> "DenseSession":
        """Spread bars of dtype BAR over the grid; minutes past the grid are left out."""
        inside = bars[(bars["minute"] >= 0) & (bars["minute"] < minutes)]
        row, column = np.searchsorted(instruments, inside["instrument"]), inside["minute"]
        grids = np.full((5, len(instruments), minutes), np.nan)
        for grid, name in zip(grids, ("open", "high", "low", "close"), strict=False):
            grid[row, column] = np.log(inside[name])
        grids[4][row, column] = inside["log_odds"]
        return cls(*grids)

    def returns(self) -> FloatArray:
        """Return one-minute log returns [S, M]; the first bar's from its open, NaN after a missing minute."""
        before = np.concatenate((self.open[:, :1], self.close[:, :-1]), axis=1)
        return self.close - before

    def last_close(self) -> FloatArray:
        """Return the last log close [S], NaN for a symbol without bars."""
        return _carried(self.close)[:, -1]


def window_starts(session_minutes: int, *, shortest: float) -> NDArray[np.int64]:
    """Return the minutes, counted from the open, at which judged windows start: every 15, none shorter."""
    return np.arange(WINDOW_STEP, int(session_minutes - shortest) + 1, WINDOW_STEP, dtype=np.int64)


def largest_moves(
    session: DenseSession, *, starts: NDArray[np.int64], horizon: float, session_minutes: int
) -> FloatArray:
    """Return sup |log move| [S, W] from the close before each start to the later highs and lows of its window.

    A window ends `horizon` minutes after its start or at the close.  NaN without a price before or a bar inside.
    """
    price = _carried(session.close)
    moves = np.full((len(price), len(starts)), np.nan)
    for column, start in enumerate(starts):
        end = min(start + int(horizon), session_minutes)
        up = np.fmax.reduce(session.high[:, start:end], axis=1) - price[:, start - 1]
        down = price[:, start - 1] - np.fmin.reduce(session.low[:, start:end], axis=1)
        moves[:, column] = np.fmax(up, down)
    return moves


def window_times(elapsed: FloatArray, *, starts: NDArray[np.int64], horizon: float, session_minutes: int) -> FloatArray:
    """Return tau [S, W] in average minutes of each window."""
    spans = [variance_time(elapsed, start=s, end=min(s + horizon, session_minutes)) for s in starts.tolist()]
    return np.stack(spans, axis=1) if spans else np.zeros((elapsed.shape[0], 0))


def intercepts(log_odds: FloatArray, outcomes: FloatArray, weights: FloatArray, *, precision: float) -> FloatArray:
    """Return the shift of the log-odds [S] that makes each symbol's forecasts agree with its outcomes on average.

    The mode of a logistic likelihood with a normal prior around 0 of the given precision.  `log_odds` and
    `outcomes` are [D, S, W], NaN pairs are left out; `weights` [D] per session.  0 without outcomes.
    """
    known = np.isfinite(log_odds) & np.isfinite(outcomes)
    weight = np.where(known, weights[:, None, None], 0.0)
    forecast, happened = np.where(known, log_odds, 0.0), np.where(known, outcomes, 0.0)
    shift = np.zeros(log_odds.shape[1])
    for _ in range(NEWTON_STEPS if known.any() else 0):
        chance = expit(forecast + shift[:, None])
        slope = np.sum(weight * (happened - chance), axis=(0, 2)) - precision * shift
        curvature = np.sum(weight * chance * (1 - chance), axis=(0, 2)) + precision
        shift = shift + np.clip(slope / curvature, -1, 1)
    return shift


def _carried(values: FloatArray) -> FloatArray:
    """Return the values [S, M] with gaps filled by the last known one; NaN before the first."""
    position = np.where(np.isfinite(values), np.arange(values.shape[1]), 0)
    latest = np.maximum.accumulate(position, axis=1)
    return np.take_along_axis(values, latest, axis=1)
