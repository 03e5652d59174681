"""Realised and bipower variance, and the Lee-Mykland test for jumps in one-minute returns."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import at_least, not_negative

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

SESSIONS_A_YEAR: Final = 252
TEST_LEVEL: Final = 0.01
# A maximum of normal draws falls below C_n + S_n x with probability exp(-exp(-x)).
CRITICAL: Final = float(-np.log(-np.log(1 - TEST_LEVEL)))
MEAN_ABSOLUTE: Final = float(np.sqrt(2 / np.pi))


def bipower_variance(products: FloatArray, count: FloatArray) -> FloatArray:
    """Return (pi/2) n/(n-1) sum |r_i||r_{i-1}| from the sum of the n - 1 products, any shape.

    NaN for n < 2 or not finite, and where the sum is NaN.  Raises ValueError for two shapes.
    Source: Barndorff-Nielsen and Shephard, Journal of Financial Econometrics 2 (2004), pp. 1-37.
    """
    scale = np.divide(count, count - 1, out=np.full(np.shape(count), np.nan), where=(count > 1) & np.isfinite(count))
    bipower: FloatArray = np.pi / 2 * scale * products
    return bipower


def jump_share(realised: FloatArray, bipower: FloatArray) -> FloatArray:
    """Return max(0, RV - BV) / RV; NaN where RV is not positive and finite or BV is not finite.

    Raises ValueError for two shapes.
    """
    share = np.full(np.shape(realised), np.nan)
    np.divide(realised - bipower, realised, out=share, where=(realised > 0) & np.isfinite(realised + bipower))
    return np.where(share < 0, 0.0, share)


def window_length(minutes: int) -> int:
    """Return K = floor(sqrt(252 n)) for n observations a session.  Raises ValueError below one."""
    return int(np.sqrt(SESSIONS_A_YEAR * at_least("minutes", minutes, 1)))


def gumbel_constants(n: int) -> tuple[float, float]:
    """Return C_n and S_n of the largest of n statistics.  Raises ValueError for n < 3, where ln ln n is not positive.

    Source: Lee and Mykland, Review of Financial Studies 21 (2008), pp. 2535-2563, lemma 1.
    """
    at_least("n", n, 3)
    root = np.sqrt(2 * np.log(n))
    centre = root / MEAN_ABSOLUTE - (np.log(np.pi) + np.log(np.log(n))) / (2 * MEAN_ABSOLUTE * root)
    return float(centre), float(1 / (MEAN_ABSOLUTE * root))


class JumpTest:
    """The test over a running sequence of deseasonalised returns, each symbol at its own pace.

    n is the number of minutes in a session, so that a session without jumps raises a flag with probability 1 %.
    `residuals` [K - 1, S] are the |r / s| before the first one, oldest first, NaN in front where history is short.
    Raises ValueError for another shape, for residuals that are negative or infinite, and below three minutes a session.
    """

    def __init__(self, residuals: FloatArray, *, minutes: int) -> None:
        self._length = window_length(minutes) - 1
        if residuals.ndim != 2 or residuals.shape[0] != self._length:
            raise ValueError(f"the test needs residuals of shape [{self._length}, S], was {residuals.shape}")
        not_negative("residuals", residuals[~np.isnan(residuals)])
        self._centre, self._scale = gumbel_constants(minutes)
        self._absolute = residuals.copy()
        self._products = np.zeros_like(residuals)
        self._products[1:] = np.nan_to_num(residuals[1:] * residuals[:-1])
        self._next = np.zeros(residuals.shape[1], dtype=np.int64)
        self._count = np.isfinite(residuals).sum(axis=0)

    def step(self, residual: FloatArray, active: BoolArray) -> FloatArray:
        """Take the next return of the active symbols and return (|L| - C_n) / S_n [S].

        NaN for a silent symbol, before K - 1 returns, and where the local volatility is 0.
        """
        local = np.sqrt(self._products.sum(axis=0) / (self._length - 1))
        known = active & (self._count >= self._length) & (local > 0)
        ratio = np.divide(np.abs(residual), local, out=np.full(len(active), np.nan), where=known)
        self._push(np.abs(residual), np.flatnonzero(active))
        statistic: FloatArray = (ratio - self._centre) / self._scale
        return statistic

    def residuals(self) -> FloatArray:
        """Return the last K - 1 values [K - 1, S] as the next session's test takes them."""
        order = (self._next + np.arange(self._length)[:, None]) % self._length
        oldest_first: FloatArray = np.take_along_axis(self._absolute, order, axis=0)
        return oldest_first

    @property
    def count(self) -> IntArray:
        """Number of returns in the window [S], at most K - 1."""
        count: IntArray = self._count
        return count

    def _push(self, absolute: FloatArray, symbols: IntArray) -> None:
        at = self._next[symbols]
        before = self._absolute[at - 1, symbols]
        self._absolute[at, symbols] = absolute[symbols]
        self._products[at, symbols] = np.nan_to_num(absolute[symbols] * before)
        following = (at + 1) % self._length
        # The oldest value is left without the one before it: its product leaves the window.
        self._products[following, symbols] = 0.0
        self._next[symbols] = following
        self._count[symbols] = np.minimum(self._count[symbols] + 1, self._length)
