"""The closing auction: buyers and sellers of the last second meet at one price."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streaming.feeds.simulated_dynamics import generator
from streaming.feeds.simulated_market import TRAITS
from streaming.feeds.simulated_trading import IS_INDEX, tick_sizes

FloatArray = NDArray[np.float64]

ORDERS: Final = 40  # on each side
TURNOVER_SHARE: Final = 0.08  # of a session's turnover that the auction trades, about
_LIMIT_SPREAD: Final = 0.0005  # deviation of limits around the latent price, in logs
_MATCHED: Final = 0.5  # of what one side offers, about
_STREAM: Final = 4


class AuctionResult(NamedTuple):
    """Price in paise and shares traded at it, per symbol; nothing for an index."""

    paise: NDArray[np.int64]
    quantity: NDArray[np.int64]


def closing_auction(seed: int, session: int, prices: FloatArray) -> AuctionResult:
    """Return the auction of the session whose latent prices end at `prices` [symbols], in rupees."""
    random, count = generator(seed, _STREAM, session), len(TRAITS)
    size = tick_sizes(prices)
    limits = prices * np.exp(_LIMIT_SPREAD * random.standard_normal((2, ORDERS, count))) * 100.0
    grid = np.stack((np.floor(limits[0] / size), np.ceil(limits[1] / size))) * size
    mean = np.array([trait.turnover for trait in TRAITS]) * TURNOVER_SHARE / (ORDERS * _MATCHED)
    offered = np.rint(random.standard_exponential((2, ORDERS, count)) * mean)
    paise, quantity = uncross(buys=grid[0], bought=offered[0], sells=grid[1], sold=offered[1], reference=prices * 100.0)
    nothing = IS_INDEX | (quantity == 0)
    return AuctionResult(np.where(nothing, 0, paise).astype(np.int64), np.where(nothing, 0, quantity).astype(np.int64))


def uncross(
    *, buys: FloatArray, bought: FloatArray, sells: FloatArray, sold: FloatArray, reference: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return price and quantity [S] of a call auction of limit orders [orders, S].

    The price executes the most; of those that do, it leaves the least over; of those, it is nearest to
    `reference` [S]; then the lower.  This is the rule of NSE's call auctions.
    """
    candidates = np.sort(np.concatenate((buys, sells)), axis=0)
    demand = np.where(buys[None] >= candidates[:, None], bought, 0.0).sum(axis=1)
    supply = np.where(sells[None] <= candidates[:, None], sold, 0.0).sum(axis=1)
    executed = np.minimum(demand, supply)
    order = np.lexsort((np.abs(candidates - reference), np.abs(demand - supply), -executed), axis=0)
    best = order[:1]
    return np.take_along_axis(candidates, best, axis=0)[0], np.take_along_axis(executed, best, axis=0)[0]
