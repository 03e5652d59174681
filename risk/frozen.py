"""Prices that stand still while ticks keep coming: counted in closed minutes.  Pure."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.windows import BAR

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOST_MINUTES: Final = 120  # more are not told apart
LEAST_TICKS: Final = 2
MOVING_SHARE: Final = 0.5  # of the other symbols with ticks, for the market to be moving


class FrozenMinutes:
    """For how many closed minutes in a row each symbol had ticks at one and the same price.

    A minute counts only where that is odd: the symbol traded in it, or at least half of the others moved.
    """

    def __init__(self, instruments: IntArray) -> None:
        self._instruments = instruments
        self.price = np.zeros(len(instruments), dtype=np.int64)
        self.minutes = np.zeros(len(instruments), dtype=np.int64)
        self._session = 0

    def take(self, bars: NDArray[np.void]) -> None:
        """Take closed bars (dtype BAR), in order of time.  Raises ValueError for bars of another dtype or symbol."""
        if bars.dtype != BAR or not np.isin(bars["instrument"], self._instruments).all():
            raise ValueError(f"expected bars of {len(self._instruments)} symbols, had dtype {bars.dtype}")
        for group in np.split(bars, np.flatnonzero(np.diff(bars["start"])) + 1) if len(bars) else []:
            self._take_minute(group)

    def frozen(self, minutes: int, *, session: int) -> BoolArray:
        """Return which symbols have stood still for that many minutes of the session [S].

        Raises ValueError for fewer than 1 and more than `MOST_MINUTES`.
        """
        if not 1 <= minutes <= MOST_MINUTES:
            raise ValueError(f"minutes must lie in [1, {MOST_MINUTES}], was {minutes}")
        frozen: BoolArray = (self.minutes >= minutes) & (self._session == session)
        return frozen

    def minutes_of(self, session: int) -> IntArray:
        """Return for how many closed minutes of the session each symbol has stood still [S]."""
        return self.minutes * (self._session == session)

    def _take_minute(self, group: NDArray[np.void]) -> None:
        if int(group["session"][0]) != self._session:
            self._session = int(group["session"][0])
            self.minutes[:] = 0
        column = np.searchsorted(self._instruments, group["instrument"])
        still = group["high"] == group["low"]
        others_moving = int((~still).sum()) >= MOVING_SHARE * max(len(group) - 1, 1)
        odd = still & (group["ticks"] >= LEAST_TICKS) & ((group["volume"] > 0) | others_moving)
        lasting = odd & (self.price[column] == group["close"])
        before = self.minutes.copy()
        self.minutes[:] = 0  # a minute without ticks ends the row too
        self.minutes[column] = np.where(lasting, np.minimum(before[column] + 1, MOST_MINUTES), odd)
        self.price[column] = group["close"]
