"""The price step of shares on NSE, by price."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Since 15 April 2025; before it .05 at every price, so that a spread net of the step is up to four paise off then.
# Source: NSE circulars on tick sizes of the capital market segment, as of 2026.
BANDS: Final = np.array([250.0, 1_000.0, 5_000.0, 10_000.0, 20_000.0])
STEPS: Final = np.array([0.01, 0.05, 0.10, 0.50, 1.0, 5.0])


def tick_sizes(price: FloatArray, *, is_index: NDArray[np.bool_]) -> FloatArray:
    """Return the price step in rupees [S]; NaN for an index, which is not traded, and for a price that is not known.

    A price at a band's edge belongs to the band above.  Raises ValueError for two lengths.
    """
    known = np.isfinite(price) & (price > 0) & ~is_index
    return np.where(known, STEPS[np.searchsorted(BANDS, np.where(known, price, 0.0), side="right")], np.nan)
