"""At-the-money implied volatilities over time, as a walk over recorded bars reads them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US

FloatArray = NDArray[np.float64]

# At-the-money implied volatility per year of an instrument's options at a time, microseconds UTC.
IMPLIED: Final = np.dtype([("time", "<i8"), ("instrument", "<u4"), ("volatility", "<f8")])
FRESH_US: Final = 15 * MINUTE_US


def volatility_at(quotes: NDArray[np.void], instant_us: int, *, instruments: NDArray[np.int64]) -> FloatArray:
    """Return each instrument's newest volatility [S] before the instant, NaN where none is younger than 15 minutes.

    `quotes` (dtype IMPLIED) are in time order; those of other instruments are passed over.
    """
    begin, end = np.searchsorted(quotes["time"], (instant_us - FRESH_US, instant_us))
    fresh = quotes[begin:end]
    fresh = fresh[np.isin(fresh["instrument"], instruments)]
    volatility = np.full(len(instruments), np.nan)
    # Of repeated indices numpy keeps the last, which is the newest.
    volatility[np.searchsorted(instruments, fresh["instrument"])] = fresh["volatility"]
    return volatility
