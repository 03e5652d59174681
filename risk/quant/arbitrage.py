"""Checks that a smile and a surface of smiles leave no riskless profit: butterflies and calendar spreads."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.quant.guards import finite, not_negative
from risk.quant.smile import Smile

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

GRID: Final = 101  # points between the outermost quotes


def durrleman(smile: Smile, log_moneyness: ArrayLike) -> FloatArray:
    """Return Durrleman's g(k), the risk-neutral density up to a positive factor; below zero a butterfly pays.

    g = (1 - k w' / 2w)^2 - w'^2 / 4 (1 / w + 1 / 4) + w'' / 2.  Shape of `log_moneyness`, no unit.
    Raises ValueError for log-moneyness that is not finite.

    Source: Gatheral and Jacquier (2014), lemma 2.2.
    """
    k = finite("log_moneyness", log_moneyness)
    w = smile.total_variance(k)
    first, second = smile.derivatives(k)
    value: FloatArray = (1.0 - k * first / (2.0 * w)) ** 2 - first**2 / 4.0 * (1.0 / w + 0.25) + second / 2.0
    return value


def has_butterfly_arbitrage(smile: Smile) -> bool:
    """Say whether the slice has a negative density at one of 101 points between its outermost quotes."""
    return bool(durrleman(smile, np.linspace(smile.low, smile.high, GRID)).min() < 0.0)


def has_calendar_arbitrage(earlier: Smile, later: Smile) -> bool:
    """Say whether total variance falls from one expiry to a later one, where both have quotes.

    Compared at 101 equal log-moneyness between the outermost quotes that both have; False where they share none.
    Raises ValueError unless `later` expires after `earlier`.
    """
    if not later.years > earlier.years:
        raise ValueError(f"later must expire after earlier, were {later.years} and {earlier.years} years")
    low, high = max(earlier.low, later.low), min(earlier.high, later.high)
    if low > high:
        return False
    k = np.linspace(low, high, GRID)
    return bool((later.total_variance(k) < earlier.total_variance(k)).any())


def convexity_breaks(*, strike: ArrayLike, price: ArrayLike, doubt: ArrayLike) -> BoolArray:
    """Mark the strikes whose option is dearer than its neighbours allow: bool[N], ends False.

    Prices of one side, all calls or all puts, are convex in the strike: one between two others costs at most their
    weighted mean.  `doubt` is how far each price may be off, in the same currency, such as half the bid-ask spread: a
    break counts beyond the doubts of the three, where it is a profit after paying the spread.  All float[N].
    Raises ValueError for mismatched shapes, strikes that do not ascend, values not finite and a negative doubt.
    """
    strikes, prices, doubts = finite("strike", strike), finite("price", price), not_negative("doubt", doubt)
    if not strikes.shape == prices.shape == doubts.shape or strikes.ndim != 1:
        shapes = (strikes.shape, prices.shape, doubts.shape)
        raise ValueError(f"strike, price and doubt must be vectors of one length, were {shapes}")
    if np.any(np.diff(strikes) <= 0):
        raise ValueError(f"strike must ascend, was {strikes.tolist()}")
    breaks = np.zeros(len(strikes), dtype=np.bool_)
    share = (strikes[2:] - strikes[1:-1]) / (strikes[2:] - strikes[:-2])
    chord = share * prices[:-2] + (1.0 - share) * prices[2:]
    slack = share * doubts[:-2] + (1.0 - share) * doubts[2:] + doubts[1:-1]
    breaks[1:-1] = prices[1:-1] > chord + slack
    return breaks
