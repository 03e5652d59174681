"""The simulator: ticks and minute bars of a market that never closes, from a seed.

Sessions of 375 minutes follow one another without a gap.  The ticks of any span of time are the
same however the spans are cut, and the bars are those of the same ticks, so that a past made from
bars and a present made from ticks agree to the paisa.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import Session
from risk.quant.ticks import blank_ticks
from streaming.feeds.base import Emission
from streaming.feeds.simulated_market import MINUTES, SECONDS, SYMBOLS, TRAITS, simulate_prices
from streaming.feeds.simulated_trading import IS_INDEX, draw_quantities, quotes, tick_chances
from streaming.validation import TradingDay

SECOND_US: Final = 1_000_000
SESSION_US: Final = SECONDS * SECOND_US
STEP_US: Final = 100_000  # between emissions: the longest a tick waits in the feed


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

    A minute without a tick has `ticks` 0, volume 0 and prices 0.
    """

    open: NDArray[np.int64]
    high: NDArray[np.int64]
    low: NDArray[np.int64]
    close: NDArray[np.int64]
    volume: NDArray[np.float64]  # traded in the minute; 0 for indices
    ticks: NDArray[np.int32]


def session_number(instant_us: int) -> int:
    """Return the number of the session that holds the instant."""
    return instant_us // SESSION_US


def simulated_day(number: int) -> TradingDay:
    """Return session `number`; its calendar day is the session itself, since the market never closes."""
    start = number * SESSION_US
    return TradingDay(Session(number, start, start + SESSION_US), start, start + SESSION_US)


@lru_cache(maxsize=2)
def simulate_session(seed: int, number: int) -> SimulatedSession:
    """Return the ticks of session `number`, the same for the same seed whenever it is asked for."""
    prices = simulate_prices(seed, number)
    random = np.random.Generator(np.random.PCG64([seed, 2, number % 2**32]))
    chance = random.random((SECONDS, len(TRAITS)), dtype=np.float32)
    present = chance < tick_chances()
    lean = random.integers(0, 256, size=prices.shape, dtype=np.uint8)  # its lowest bit says who crossed the spread
    offset = random.integers(0, SECOND_US, size=prices.shape, dtype=np.int32)
    quantity = np.where(present, draw_quantities(random), 0).astype(np.int32)
    bid, ask = quotes(prices)
    return SimulatedSession(
        open_us=number * SESSION_US,
        present=present,
        offset_us=offset,
        paise=np.where((lean & 1).astype(bool), ask, bid),
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
    )


class SimulatedFeed:
    """Emits the simulated market in steps of 100 ms of wall-clock time; never ends."""

    def __init__(self, *, seed: int, instruments: Mapping[str, int]) -> None:
        """`instruments` maps every symbol of SYMBOLS to its id; raises KeyError naming one that is missing."""
        self._seed = seed
        self._ids = np.array([instruments[symbol] for symbol in SYMBOLS], dtype=np.int64)

    @property
    def names(self) -> Mapping[int, str]:
        """The symbol of every instrument id."""
        return dict(zip(self._ids.tolist(), SYMBOLS, strict=True))

    @property
    def first_us(self) -> None:
        """The simulated market has no beginning."""
        return None

    @property
    def last_us(self) -> None:
        """The simulated market has no end."""
        return None

    def emissions(self, after_us: int, until_us: int) -> Iterator[Emission]:
        """Yield one emission per step with `after_us` < log time <= `until_us`; each holds the step before it."""
        end = after_us // STEP_US * STEP_US + STEP_US
        while end <= until_us:
            start = end - STEP_US
            number = session_number(start)
            session = simulate_session(self._seed, number)
            ticks = session.ticks(start, end, instruments=self._ids)
            ticks["receive_time"] = end
            yield Emission(end, simulated_day(number), ticks)
            end += STEP_US
