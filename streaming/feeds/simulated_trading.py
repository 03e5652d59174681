"""How the simulated market trades on its latent prices: when, at which quotes, how much."""

from functools import lru_cache
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


@lru_cache(maxsize=1)
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


def quotes(prices: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return bid and ask in paise on the tick grid of each price; an index is its own bid and ask."""
    size = _TICK_PAISE[np.searchsorted(_TICK_BANDS, prices, side="right")]
    size[:, IS_INDEX] = INDEX_TICK_PAISE
    bid = np.floor(prices * (100.0 * (1.0 - _HALF_SPREAD)) / size)
    ask = np.maximum(np.ceil(prices * (100.0 * (1.0 + _HALF_SPREAD)) / size), bid + 1.0)
    middle = np.round(prices[:, IS_INDEX] * 100.0 / INDEX_TICK_PAISE)
    bid[:, IS_INDEX] = ask[:, IS_INDEX] = middle
    return (bid * size).astype(np.int32), (ask * size).astype(np.int32)
