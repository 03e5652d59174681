"""The implied volatility that NSE's option-chain page publishes, recomputed: Black-Scholes on the spot.

It is not Black-76 on the forward, and it is here only so that an import can show that it read the file rightly.
"""

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.quant.implied_volatility import ImpliedVolatility, implied_volatility

RATE: Final = 0.10  # per year, the exchange's own figure whatever the market's rate is
DAYS: Final = 365.0


def published_volatility(
    is_call: NDArray[np.bool_], *, price: ArrayLike, spot: float, strike: ArrayLike, day: date, expiry: date
) -> ImpliedVolatility:
    """Return the volatility by the exchange's convention: spot, 10 % a year, whole calendar days over 365.

    `is_call` bool[N], `price` and `strike` float[N] in the currency of `spot`.  Decimals per year, NaN with a reason
    where none exists; on the expiry day itself that reason is EXPIRED.  Raises ValueError for a spot not positive and
    an expiry before the day.

    Source: the exchange's option-chain page; on recorded chains the median error is 0.1 volatility points from eight
    days to expiry on.
    """
    if not (np.isfinite(spot) and spot > 0):
        raise ValueError(f"spot must be positive, was {spot}")
    if expiry < day:
        raise ValueError(f"expiry must not lie before the day {day}, was {expiry}")
    years = (expiry - day).days / DAYS
    # Black-Scholes on the spot is Black-76 on the forward that the spot would have at this rate.
    carried = spot * float(np.exp(RATE * years))
    return implied_volatility(is_call, price=price, futures=carried, strike=strike, expiry=years, rate=RATE)
