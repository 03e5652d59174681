"""Sums over the last closed minutes of a session tape: what the windows of 1 to 60 minutes say."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.jumps import bipower_variance, jump_share
from risk.quant.liquidity import log_of_mean
from risk.quant.session_tape import SessionTape

FloatArray = NDArray[np.float64]


class RealisedVariance(NamedTuple):
    """Realised and bipower variance, their jump share, and the returns used, [S]; NaN where undefined."""

    realised: FloatArray
    bipower: FloatArray
    jump_share: FloatArray
    n: FloatArray


class LogLiquidity(NamedTuple):
    """Logs of the mean impact (|r| per rupee) of each of W windows, then of their mean volume a minute, [2 W, S],
    and the minutes used."""

    logs: FloatArray
    n: FloatArray


def realised_window(tape: SessionTape, *, end: int, width: int) -> RealisedVariance:
    """Return the variances of the returns whose minute lies in [end - width, end), not before the open.

    A product belongs to a window if both its returns do.
    """
    rows = slice(max(end - width, 0), end)
    n = tape.active[rows].sum(axis=0).astype(np.float64)
    inside = tape.linked[rows] >= rows.start
    products = np.where(inside, tape.products[rows], 0.0).sum(axis=0)
    return _realised(n, tape.squares[rows].sum(axis=0), products)


def realised_session(tape: SessionTape) -> RealisedVariance:
    """Return the variances of all returns since the open."""
    return _realised(*tape.sums)


def log_liquidity(tape: SessionTape, *, end: int, widths: tuple[int, ...]) -> LogLiquidity:
    """Return what the minutes [end - width, end) say; NaN without a trade, impact also where no price moved."""
    first = max(end - max(widths), 0)
    starts = [max(end - width - first, 0) for width in widths]
    totals, counts = [], []
    for values in (tape.impact[first:end], tape.volume[first:end]):
        known = np.isfinite(values)
        filled = np.where(known, values, 0.0)
        totals += [filled[start:].sum(axis=0) for start in starts]
        counts += [known[start:].sum(axis=0) for start in starts]
    n = np.array(counts, dtype=np.float64)
    return LogLiquidity(log_of_mean(np.array(totals), n), n)


def largest_jump_test(tape: SessionTape, *, end: int, width: int) -> tuple[FloatArray, FloatArray]:
    """Return the largest statistic of the minutes [end - width, end), NaN without one, and how many there are, [S]."""
    window = tape.jump_test[max(end - width, 0) : end]
    n = np.isfinite(window).sum(axis=0).astype(np.float64)
    return np.fmax.reduce(window, axis=0, initial=np.nan), n


def jumps_since_open(tape: SessionTape) -> tuple[FloatArray, FloatArray]:
    """Return the returns beyond the critical value, NaN where none was tested, and how many were tested, [S]."""
    return np.where(tape.tested > 0, tape.flagged, np.nan), tape.tested


def _realised(n: FloatArray, squares: FloatArray, products: FloatArray) -> RealisedVariance:
    realised = np.where(n > 0, squares, np.nan)
    bipower = bipower_variance(products, n)
    return RealisedVariance(realised, bipower, jump_share(realised, bipower), n)
