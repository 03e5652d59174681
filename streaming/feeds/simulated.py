"""The simulator: ticks and minute bars of a market that never closes, from a seed.

Sessions of 375 minutes follow one another without a gap.  The ticks of any span of time are the
same however the spans are cut, and the bars are those of the same ticks, so that a past made from
bars and a present made from ticks agree to the paisa.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from risk.quant.calendar import Session
from streaming.feeds.base import Emission
from streaming.feeds.simulated_disturbances import Disturbances, disturbed
from streaming.feeds.simulated_market import SYMBOLS
from streaming.feeds.simulated_session import SESSION_US, SimulatedSession, simulate_session
from streaming.validation import TradingDay

STEP_US: Final = 100_000  # between emissions: the longest a tick waits in the feed


def session_number(instant_us: int) -> int:
    """Return the number of the session that holds the instant."""
    return instant_us // SESSION_US


def simulated_day(number: int) -> TradingDay:
    """Return session `number`; its calendar day is the session itself, since the market never closes."""
    start = number * SESSION_US
    return TradingDay(Session(number, start, start + SESSION_US), start, start + SESSION_US)


class SimulatedFeed:
    """Emits the simulated market in steps of 100 ms of wall-clock time; never ends."""

    def __init__(self, *, seed: int, instruments: Mapping[str, int], disturbances: Disturbances | None = None) -> None:
        """`instruments` maps every symbol of SYMBOLS to its id; raises KeyError naming one that is missing."""
        self._seed = seed
        self._ids = np.array([instruments[symbol] for symbol in SYMBOLS], dtype=np.int64)
        self._disturbances = disturbances or Disturbances()
        self._newest: tuple[int, SimulatedSession] | None = None

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
            ticks = self._session(number).ticks(start, end, instruments=self._ids)
            ticks["receive_time"] = end
            yield Emission(end, simulated_day(number), ticks)
            end += STEP_US

    def _session(self, number: int) -> SimulatedSession:
        if self._newest is None or self._newest[0] != number:
            session = simulate_session(self._seed, number)
            self._newest = number, disturbed(session, self._disturbances)
        return self._newest[1]
