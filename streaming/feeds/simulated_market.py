"""The simulated market's members: twenty symbols, how each moves and trades, and the shape of its day."""

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

MINUTES: Final = 375
SECONDS: Final = MINUTES * 60


class Traits(NamedTuple):
    """How one symbol moves and trades."""

    symbol: str
    price: float  # rupees, around which the level wanders
    market: float  # volatility per session from the common factor, as a fraction
    banking: float  # from the banking factor
    own: float  # from nothing else
    activity: float  # ticks per second; 1 for an index, which is published every second
    turnover: float  # shares traded per session; 0 for an index

    @property
    def is_index(self) -> bool:
        """Indices are published, not traded: no volume, no quotes."""
        return self.turnover == 0.0


TRAITS: Final = (
    Traits("NIFTY", 24500.0, 0.0080, 0.0015, 0.0010, 1.0, 0.0),
    Traits("BANKNIFTY", 52000.0, 0.0085, 0.0055, 0.0015, 1.0, 0.0),
    Traits("RELIANCE", 1420.0, 0.0085, 0.0, 0.0090, 0.85, 9.0e6),
    Traits("TCS", 3350.0, 0.0065, 0.0, 0.0090, 0.55, 2.2e6),
    Traits("INFY", 1560.0, 0.0080, 0.0, 0.0100, 0.70, 6.5e6),
    Traits("HDFCBANK", 1720.0, 0.0080, 0.0060, 0.0060, 0.85, 1.2e7),
    Traits("ICICIBANK", 1290.0, 0.0085, 0.0065, 0.0065, 0.80, 1.1e7),
    Traits("SBIN", 815.0, 0.0100, 0.0070, 0.0090, 0.80, 1.5e7),
    Traits("HINDUNILVR", 2480.0, 0.0050, 0.0, 0.0095, 0.45, 1.6e6),
    Traits("ITC", 428.0, 0.0055, 0.0, 0.0085, 0.60, 1.3e7),
    Traits("LT", 3580.0, 0.0090, 0.0, 0.0095, 0.50, 1.9e6),
    Traits("BAJFINANCE", 7150.0, 0.0105, 0.0060, 0.0115, 0.55, 1.0e6),
    Traits("MARUTI", 12350.0, 0.0080, 0.0, 0.0110, 0.40, 4.0e5),
    Traits("ASIANPAINT", 2460.0, 0.0060, 0.0, 0.0110, 0.40, 1.0e6),
    Traits("NESTLEIND", 2310.0, 0.0045, 0.0, 0.0090, 0.30, 7.0e5),
    Traits("KOTAKBANK", 1880.0, 0.0075, 0.0060, 0.0080, 0.55, 3.5e6),
    Traits("AXISBANK", 1140.0, 0.0095, 0.0070, 0.0085, 0.65, 7.5e6),
    Traits("TATAMOTORS", 905.0, 0.0110, 0.0, 0.0125, 0.75, 1.3e7),
    Traits("HDFC", 2730.0, 0.0080, 0.0055, 0.0075, 0.55, 3.0e6),
    Traits("M&M", 2890.0, 0.0090, 0.0, 0.0115, 0.55, 2.4e6),
)
SYMBOLS: Final = tuple(trait.symbol for trait in TRAITS)
SHOCKS: Final = len(TRAITS) + 2  # market, banking, then one of its own per symbol
# How much of each source is in each symbol, as volatility per session: rows market, banking, own.
LOADINGS: Final = np.array([(trait.market, trait.banking, trait.own) for trait in TRAITS]).T


@cache
def seasonal_variance() -> NDArray[np.float64]:
    """Return the share of each minute of the session in its variance, with mean 1: high, low, then higher."""
    minute = np.arange(MINUTES)
    shape = 0.62 + 2.6 * np.exp(-minute / 14.0) + 0.75 * np.exp(-(MINUTES - 1 - minute) / 28.0)
    curve: NDArray[np.float64] = shape / shape.mean()
    curve.flags.writeable = False
    return curve


def mixed(shocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log moves [..., symbols] of shocks [..., SHOCKS] that are in units of a session's volatility.

    Written out instead of as a matrix product, whose last bits depend on the number of threads.
    """
    market, banking, own = LOADINGS
    moves: NDArray[np.float64] = shocks[..., :1] * market + shocks[..., 1:2] * banking + shocks[..., 2:] * own
    return moves
