"""What happened in a session, seen after it: returns per minute, touched windows, moves.

A session is dense here: log prices [S, M], NaN where a symbol has no bar in the minute.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import at_least, finite
from risk.quant.volatility import variance_time

FloatArray = NDArray[np.float64]

WINDOW_STEP: Final = 15


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
        """Spread bars of dtype BAR over the grid; minutes past the grid are left out.

        Raises ValueError for bars of other instruments and for a grid without a minute.
        """
        at_least("minutes", minutes, 1)
        strays = np.setdiff1d(bars["instrument"], instruments)
        if strays.size:
            raise ValueError(f"bars must be of the given instruments, were of {strays.tolist()} too")
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


class Windows(NamedTuple):
    """Windows of one session: start minutes [W] from the open, `horizon` minutes long, cut at the session's close."""

    starts: NDArray[np.int64]
    horizon: float
    session_minutes: int

    @classmethod
    def of(cls, session_minutes: int, *, horizon: float, shortest: float) -> "Windows":
        """Return the judged windows of a session: one every 15 minutes, none shorter than `shortest`.

        Raises ValueError unless horizon and shortest are at least a minute, and for a negative length of the session.
        """
        for name, minutes in (("horizon", horizon), ("shortest", shortest)):
            if finite(name, minutes) < 1:
                raise ValueError(f"{name} must be at least a minute, was {minutes}")
        at_least("session_minutes", session_minutes, 0)
        starts = np.arange(WINDOW_STEP, int(session_minutes - shortest) + 1, WINDOW_STEP, dtype=np.int64)
        return cls(starts, horizon, session_minutes)

    @property
    def ends(self) -> NDArray[np.int64]:
        """End minutes [W], not included."""
        return np.minimum(self.starts + int(self.horizon), self.session_minutes)


def largest_moves(session: DenseSession, windows: Windows) -> FloatArray:
    """Return sup |log move| [S, W] from the close before each start to the later highs and lows of its window.

    NaN without a price before or a bar inside.
    """
    price = _carried(session.close)
    moves = np.full((len(price), len(windows.starts)), np.nan)
    for column, (start, end) in enumerate(zip(windows.starts.tolist(), windows.ends.tolist(), strict=True)):
        up = np.fmax.reduce(session.high[:, start:end], axis=1) - price[:, start - 1]
        down = price[:, start - 1] - np.fmin.reduce(session.low[:, start:end], axis=1)
        moves[:, column] = np.fmax(up, down)
    return moves


def moves_to_end(session: DenseSession, windows: Windows) -> FloatArray:
    """Return the log return [S, W] from the close before each start to the last close of its window, NaN as above."""
    price = _carried(session.close)
    moves: FloatArray = price[:, windows.ends - 1] - price[:, windows.starts - 1]
    return moves


def first_touches(session: DenseSession, windows: Windows, *, barrier: FloatArray) -> FloatArray:
    """Return minutes [S, W] from each start to the end of the first bar that reaches `barrier` [S, W], NaN if none.

    None reaches a barrier of NaN.  Raises ValueError for a barrier of another shape.
    """
    if barrier.shape != (len(session.close), len(windows.starts)):
        raise ValueError(f"barrier must have shape {(len(session.close), len(windows.starts))}, had {barrier.shape}")
    price = _carried(session.close)
    minutes = np.full(barrier.shape, np.nan)
    for column, (start, end) in enumerate(zip(windows.starts.tolist(), windows.ends.tolist(), strict=True)):
        before = price[:, start - 1, None]
        largest = np.fmax(session.high[:, start:end] - before, before - session.low[:, start:end])
        reached = largest >= barrier[:, column, None]
        minutes[:, column] = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1.0, np.nan)
    return minutes


def window_times(elapsed: FloatArray, windows: Windows) -> FloatArray:
    """Return tau [S, W] in average minutes of each window."""
    closes = windows.session_minutes
    spans = [variance_time(elapsed, start=s, end=min(s + windows.horizon, closes)) for s in windows.starts.tolist()]
    return np.stack(spans, axis=1) if spans else np.zeros((elapsed.shape[0], 0))


def _carried(values: FloatArray) -> FloatArray:
    """Return the values [S, M] with gaps filled by the last known one; NaN before the first."""
    position = np.where(np.isfinite(values), np.arange(values.shape[1]), 0)
    latest = np.maximum.accumulate(position, axis=1)
    return np.take_along_axis(values, latest, axis=1)
