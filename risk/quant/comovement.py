"""Co-movement with an index: exponentially weighted second moments of five-minute returns."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.excursions import log_ratio
from risk.quant.guards import at_least

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

BLOCK_MINUTES: Final = 5
MINIMUM_RETURNS: Final = 30
WEIGHT, INDEX_SQUARE, OWN_SQUARE, CROSS = range(4)


class CoMovement(NamedTuple):
    """Slope on the index, correlation with it and the share of variance that it explains, [S]."""

    beta: FloatArray
    correlation: FloatArray
    systematic_share: FloatArray


def co_movement(moments: FloatArray) -> CoMovement:
    """Return beta, correlation and rho^2 of moments [4, S]: weight, index square, own square, cross product.

    Means are taken as 0.  NaN below a weight of 30 returns, where the index stood still, and, but for beta,
    where the symbol did.
    """
    enough = moments[WEIGHT] >= MINIMUM_RETURNS
    unknown = np.full(moments.shape[1], np.nan)
    index_square, own_square, cross = moments[INDEX_SQUARE], moments[OWN_SQUARE], moments[CROSS]
    # The product of the roots, as the product of two squared returns may underflow.
    scale = np.sqrt(index_square) * np.sqrt(own_square)
    beta = np.divide(cross, index_square, out=unknown.copy(), where=enough & (index_square > 0))
    correlation = np.divide(cross, scale, out=unknown, where=enough & (scale > 0))
    return CoMovement(beta, correlation, correlation**2)


class BlockMoments:
    """Sums over one session's blocks of five minutes, counted from the open.

    A block has a return if it and the block before it have a bar (the session's first block: from its first open);
    it counts if the index has one too.  `index` is the index's column, None for no index.  Raises ValueError for one
    that is no column, and without a symbol.
    """

    def __init__(self, symbols: int, *, index: int | None) -> None:
        at_least("symbols", symbols, 0)
        if index is not None and not 0 <= index < symbols:
            raise ValueError(f"index must be a column of {symbols} symbols, was {index}")
        self._index = index
        self._sums = np.zeros((4, symbols))
        self._reference, self._last = np.full((2, symbols), np.nan)
        self._block = 0

    def close(self, minute: int, *, open: IntArray, close: IntArray, active: BoolArray) -> None:
        """Take one closed minute, in ascending order; prices are read where `active`."""
        block = minute // BLOCK_MINUTES
        if block != self._block:
            self._enter(block)
        if block == 0:
            first = active & np.isnan(self._reference)
            self._reference[first] = open[first]
        self._last[active] = close[active]

    def sums(self, end: int) -> FloatArray:
        """Return the moments [4, S] of the blocks that are over when `end` minutes, all closed ones, have passed."""
        over = (self._block + 1) * BLOCK_MINUTES <= end
        return self._sums + self._increment() if over else self._sums.copy()

    def _enter(self, block: int) -> None:
        self._sums += self._increment()
        adjacent = block == self._block + 1
        self._reference = self._last if adjacent else np.full_like(self._last, np.nan)
        self._last = np.full_like(self._last, np.nan)
        self._block = block

    def _increment(self) -> FloatArray:
        if self._index is None:
            return np.zeros_like(self._sums)
        own = log_ratio(self._last, self._reference)
        index = np.full_like(own, own[self._index])
        moments = np.stack((np.ones_like(own), index * index, own * own, index * own))
        known: FloatArray = np.where(np.isfinite(own * index), moments, 0.0)
        return known
