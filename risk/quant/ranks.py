"""Where a row of figures stands among the rows before it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import one_shape

FloatArray = NDArray[np.float64]


class Ranks(NamedTuple):
    """`share` [F], NaN where unknown, and `among` [F], how many figures it was taken."""

    share: FloatArray
    among: NDArray[np.int64]


def mid_ranks(row: FloatArray, before: FloatArray, *, least: int) -> Ranks:
    """Return the share of `before` [M, F] that lies below `row` [F], equals counted half.

    NaN stands for an unknown figure: it neither has a rank nor counts for others'.  A share among fewer than `least`
    figures is unknown.  This is the percentile rank of a score as statistics texts define it, as a share.
    Raises ValueError for rows of different lengths.
    """
    one_shape(row=row, before=before[0] if len(before) else row)
    known = np.isfinite(before)
    count = known.sum(axis=0)
    below, equal = (known & (before < row)).sum(axis=0), (known & (before == row)).sum(axis=0)
    told = np.isfinite(row) & (count >= max(least, 1))
    share = np.divide(below + 0.5 * equal, count, out=np.full(row.shape, np.nan), where=told)
    return Ranks(share, count)
