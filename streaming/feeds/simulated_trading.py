"""How the simulated market trades on its latent prices: when, at which quotes, how much."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streaming.feeds.simulated_market import SECONDS, TRAITS, seasonal_variance

INDEX_TICK_PAISE: Final = 5
# Tick sizes of shares since 15 April 2025, by price in rupees.
_TICK_BANDS: Final = np.array([250.0, 1_000.0, 5_000.0, 10_000.0, 20_000.0])
_TICK_PAISE: Final = np.array([1, 5, 10, 50, 100, 500])
_HALF_SPREAD: Final = 0.00012  # of the price, before rounding outwards to the tick size
IS_INDEX: Final = np.array([trait.is_index for trait in TRAITS])


@cache
def tick_chances() -> NDArray[np.float32]:
    """Return the chance of a tick per second and symbol: certain for indices, busier at both ends for shares."""
    busy = np.repeat(np.sqrt(seasonal_variance()), 60)[:, None]
    rates = np.array([trait.activity for trait in TRAITS]) * busy / busy.mean()
    rates[:, IS_INDEX] = 1.0
    return np.asarray(np.minimum(rates, 1.0), dtype=np.float32)


def draw_quantities(random: np.random.Generator) -> NDArray[np.float32]:
    """Return the shares that a tick in each cell would trade; none for an index."""
    mean = np.array([trait.turnover / (trait.activity * SECONDS) for trait in TRAITS], dtype=np.float32)
    drawn = random.standard_exponential((SECONDS, len(TRAITS)), dtype=np.float32)
    return np.where(IS_INDEX, 0.0, 1.0 + drawn * mean).astype(np.float32)


def tick_sizes(prices: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the tick size in paise of prices [..., symbols] in rupees."""
    sizes = _TICK_PAISE[np.searchsorted(_TICK_BANDS, prices, side="right")]
    sizes[..., IS_INDEX] = INDEX_TICK_PAISE
    return sizes


def quotes(prices: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return bid and ask in paise on the tick grid of prices [N, symbols]; an index is its own bid and ask."""
    size = _column_sizes(prices)
    bid = np.floor(prices * (100.0 * (1.0 - _HALF_SPREAD)) / size)
    ask = np.maximum(np.ceil(prices * (100.0 * (1.0 + _HALF_SPREAD)) / size), bid + 1.0)
    middle = np.round(prices[:, IS_INDEX] * 100.0 / INDEX_TICK_PAISE)
    bid[:, IS_INDEX] = ask[:, IS_INDEX] = middle
    return (bid * size).astype(np.int32), (ask * size).astype(np.int32)


def touching_prices(
    close_paise: NDArray[np.float64], barrier: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the latent prices in rupees at which a print first lies `barrier` above or below the close, in logs.

    Arrays [..., symbols].  They undo `quotes`: an ask (or index) at or above close * e^barrier, a bid at or below
    close * e^-barrier, on the grid of the close.
    """
    size = tick_sizes(close_paise / 100.0)
    upper = np.ceil(close_paise * np.exp(barrier) / size)
    lower = np.floor(close_paise * np.exp(-barrier) / size)
    above = np.where(IS_INDEX, upper - 0.5, (upper - 1.0) / (1.0 + _HALF_SPREAD))
    below = np.where(IS_INDEX, lower + 0.5, (lower + 1.0) / (1.0 - _HALF_SPREAD))
    return above * size / 100.0, below * size / 100.0


def _column_sizes(prices: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return tick sizes that broadcast over prices; most symbols keep one size all session, which is cheaper."""
    extremes = tick_sizes(np.stack((prices.min(axis=0), prices.max(axis=0))))
    return extremes[0] if np.array_equal(extremes[0], extremes[1]) else tick_sizes(prices)
