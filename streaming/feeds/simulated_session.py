"""One simulated session on a grid of seconds: its ticks, and the minute bars made of exactly these ticks."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.ticks import blank_ticks
from streaming.feeds.simulated_auction import AuctionResult, closing_auction
from streaming.feeds.simulated_dynamics import generator
from streaming.feeds.simulated_market import MINUTES, SECONDS, TRAITS
from streaming.feeds.simulated_paths import simulate_prices
from streaming.feeds.simulated_trading import IS_INDEX, draw_quantities, quotes, tick_chances

SECOND_US: Final = 1_000_000
SESSION_US: Final = SECONDS * SECOND_US
_STREAM: Final = 2


@dataclass(frozen=True, slots=True)
class SimulatedSession:
    """One session's ticks on a grid: SECONDS rows, one column per symbol, at most one tick in each cell."""

    open_us: int
    present: NDArray[np.bool_]
    offset_us: NDArray[np.int32]  # of the tick inside its second
    paise: NDArray[np.int32]
    bid_paise: NDArray[np.int32]
    ask_paise: NDArray[np.int32]
    quantity: NDArray[np.int32]
    volume: NDArray[np.int64]  # of the session up to and with this second

    def ticks(self, start_us: int, end_us: int, *, instruments: NDArray[np.int64]) -> NDArray[np.void]:
        """Return the ticks with `start_us` <= exchange time < `end_us` in time order, received when stamped."""
        first = max(0, (start_us - self.open_us) // SECOND_US)
        last = min(SECONDS, -((self.open_us - end_us) // SECOND_US))
        second, column = np.nonzero(self.present[first:last])
        second += first
        stamped = self.open_us + second * SECOND_US + self.offset_us[second, column]
        order = np.lexsort((column, stamped))
        order = order[(stamped[order] >= start_us) & (stamped[order] < end_us)]
        return self._filled(second[order], column[order], stamped[order], instruments)

    def _filled(
        self,
        second: NDArray[np.int64],
        column: NDArray[np.int64],
        stamped: NDArray[np.int64],
        instruments: NDArray[np.int64],
    ) -> NDArray[np.void]:
        ticks = blank_ticks(len(second))
        ticks["instrument"] = instruments[column]
        ticks["exchange_time"] = ticks["receive_time"] = stamped
        ticks["last_price"] = self.paise[second, column] / 100.0
        share = ~IS_INDEX[column]
        cells = second[share], column[share]
        ticks["last_quantity"][share] = self.quantity[cells]
        ticks["volume"][share] = self.volume[cells]
        ticks["bid_price"][share] = self.bid_paise[cells] / 100.0
        ticks["ask_price"][share] = self.ask_paise[cells] / 100.0
        return ticks


@dataclass(frozen=True, slots=True)
class SessionBars:
    """Minute bars of one session: MINUTES rows, one column per symbol of SYMBOLS; prices in paise.

    A minute without a tick has `ticks` 0, volume 0 and prices 0.  `spread_bp` is that of the quotes with the minute's
    last tick, in basis points of their middle; NaN without one and for indices.
    """

    open: NDArray[np.int64]
    high: NDArray[np.int64]
    low: NDArray[np.int64]
    close: NDArray[np.int64]
    volume: NDArray[np.float64]  # traded in the minute; 0 for indices
    ticks: NDArray[np.int32]
    spread_bp: NDArray[np.float64]


@lru_cache(maxsize=2)
def simulate_session(seed: int, number: int) -> SimulatedSession:
    """Return the ticks of session `number`, the same for the same seed whenever it is asked for."""
    prices = simulate_prices(seed, number)
    random = generator(seed, _STREAM, number)
    chance = random.random((SECONDS, len(TRAITS)), dtype=np.float32)
    present = chance < tick_chances()
    lean = random.integers(0, 256, size=prices.shape, dtype=np.uint8)  # its lowest bit says who crossed the spread
    offset = random.integers(0, SECOND_US, size=prices.shape, dtype=np.int32)
    quantity = np.where(present, draw_quantities(random), 0).astype(np.int32)
    bid, ask = quotes(prices)
    paise = np.where((lean & 1).astype(bool), ask, bid)
    _close(present, paise, quantity, auction=closing_auction(seed, number, prices[-1]))
    return SimulatedSession(
        open_us=number * SESSION_US,
        present=present,
        offset_us=offset,
        paise=paise,
        bid_paise=bid,
        ask_paise=ask,
        quantity=quantity,
        volume=np.cumsum(quantity, axis=0, dtype=np.int64),
    )


def session_bars(seed: int, number: int) -> SessionBars:
    """Return the minute bars of session `number`, made of exactly the ticks that the feed emits."""
    session = simulate_session(seed, number)
    shape = (MINUTES, 60, len(TRAITS))
    present, paise = session.present.reshape(shape), session.paise.reshape(shape).astype(np.int64)
    seconds = np.argmax(present, axis=1), 59 - np.argmax(present[:, ::-1], axis=1)
    first, last = (np.take_along_axis(paise, at[:, None], axis=1)[:, 0] for at in seconds)
    counts = present.sum(axis=1, dtype=np.int32)
    traded = counts > 0
    return SessionBars(
        open=np.where(traded, first, 0),
        high=np.where(present, paise, 0).max(axis=1),
        low=np.where(traded, np.where(present, paise, np.iinfo(np.int64).max).min(axis=1), 0),
        close=np.where(traded, last, 0),
        volume=session.quantity.reshape(shape).sum(axis=1, dtype=np.float64),
        ticks=counts,
        spread_bp=np.where(traded & ~IS_INDEX, _spread_bp(session, last_second=seconds[1]), np.nan),
    )


def _spread_bp(session: SimulatedSession, *, last_second: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the spread [MINUTES, symbols] in the given second of each minute."""
    row = 60 * np.arange(MINUTES)[:, None] + last_second
    column = np.arange(row.shape[1])
    bid, ask = session.bid_paise[row, column].astype(np.float64), session.ask_paise[row, column].astype(np.float64)
    spread: NDArray[np.float64] = 1e4 * (ask - bid) / ((bid + ask) / 2.0)
    return spread


def _close(
    present: NDArray[np.bool_],
    paise: NDArray[np.int32],
    quantity: NDArray[np.int32],
    *,
    auction: AuctionResult,
) -> None:
    """Put the auction's print into the last second; a share without a match keeps what it traded."""
    matched = auction.quantity > 0
    present[-1] |= matched
    paise[-1] = np.where(matched, auction.paise, paise[-1])
    quantity[-1] = np.where(matched, auction.quantity, quantity[-1])
