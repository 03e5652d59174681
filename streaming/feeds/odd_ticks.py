"""What only its receipt or its neighbours give away about a tick: a clock of another zone, a price that nobody paid.

A price far from the last one that was believed is refused, and so is the next one; when a third agrees, and each came
later than the one before, the level has moved and is believed: nothing may shut an instrument out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import IST
from risk.quant.ticks import HIGHEST_PRICE, LOWEST_PRICE
from streaming.feeds.base import Refusals
from streaming.reasons import Reason
from streaming.validation import FUTURE_TOLERANCE_US, TradingDay

INDIA_AHEAD_US: Final = IST.utcoffset(None) // timedelta(microseconds=1)
SLOWEST_US: Final = 60_000_000  # what a tick of a wrong zone may have been under way
LARGEST_JUMP: Final = 0.2  # of the price before: the widest of the exchanges' daily bands
CONFIRMATIONS: Final = 2


@dataclass(slots=True)
class Doubt:
    """A price level that was jumped to: its newest price and exchange time, and how often it was confirmed."""

    price: float
    time: int
    confirmations: int = 0


@dataclass(slots=True)
class OddTicks:
    """Sifts the ticks of one source in the order received; the first price of an instrument is believed.

    `known` are the instrument ids that its ticks can have, ascending; the other arrays follow them.
    """

    known: NDArray[np.int64]
    _believed: NDArray[np.float64] = field(init=False)  # the last price that was believed, NaN before the first
    _doubts: dict[int, Doubt] = field(default_factory=dict)  # by place in `known`

    def __post_init__(self) -> None:
        self._believed = np.full(len(self.known), np.nan)

    def sift(
        self, ticks: NDArray[np.void], day: TradingDay, refusals: Refusals, *, names: Mapping[int, str]
    ) -> NDArray[np.void]:
        """Return the ticks without those of another zone or of a lone wild price, which go to `refusals`.

        Only possible prices inside the day's session are compared: others are refused anyway.
        """
        strayed = _looks_like_another_zone(ticks)
        for row in np.flatnonzero(strayed).tolist():
            _refuse(refusals, Reason.WRONG_TIME_ZONE, ticks[row], _zone_problem(ticks[row]), names=names)
        ticks = ticks[~strayed]
        keep = np.ones(len(ticks), dtype=np.bool_)
        places = np.searchsorted(self.known, ticks["instrument"])
        for row in self._suspects(ticks, places, day):
            before = self._believed[places[row]]
            if not self._believes(ticks[row], int(places[row])):
                keep[row] = False
                price = ticks[row]["last_price"]
                problem = f"last_price must stay within {LARGEST_JUMP:.0%} of {before:g}, was {price:g}"
                _refuse(refusals, Reason.PRICE_JUMP, ticks[row], problem, names=names)
        return ticks[keep]

    def _suspects(self, ticks: NDArray[np.void], places: NDArray[np.intp], day: TradingDay) -> list[int]:
        """Return the rows of instruments any of whose prices jump, in order; the others' last prices are believed."""
        prices, times = ticks["last_price"], ticks["exchange_time"]
        possible = (prices > LOWEST_PRICE) & (prices <= HIGHEST_PRICE)
        rows = np.flatnonzero(possible & (times >= day.session.open_us) & (times < day.session.close_us))
        rows = rows[np.argsort(places[rows], kind="stable")]
        price, place = prices[rows], places[rows]
        before, first = np.roll(price, 1), np.ones(len(rows), dtype=np.bool_)
        first[1:] = place[1:] != place[:-1]
        before[first] = self._believed[place[first]]
        suspect = np.zeros(len(self.known), dtype=np.bool_)
        suspect[place[np.abs(price - before) > LARGEST_JUMP * before]] = True
        suspect[list(self._doubts)] = True
        doubtful = suspect[place]
        self._believed[place[~doubtful]] = price[~doubtful]  # of repeated places numpy keeps the last
        return sorted(rows[doubtful].tolist())

    def _believes(self, tick: np.void, place: int) -> bool:
        """Return whether a price is believed, and remember it."""
        price, time = float(tick["last_price"]), int(tick["exchange_time"])
        before, doubt = float(self._believed[place]), self._doubts.get(place)
        if math.isnan(before) or _is_near(price, before) or self._confirms(doubt, price, time):
            self._believed[place] = price
            self._doubts.pop(place, None)
            return True
        if doubt is None or not _is_near(price, doubt.price):
            self._doubts[place] = Doubt(price, time)
        return False

    @staticmethod
    def _confirms(doubt: Doubt | None, price: float, time: int) -> bool:
        """Return whether this price is the last confirmation that a doubted level needed."""
        if doubt is None or not _is_near(price, doubt.price) or time <= doubt.time:
            return False  # the same wild tick repeated confirms nothing
        doubt.price, doubt.time, doubt.confirmations = price, time, doubt.confirmations + 1
        return doubt.confirmations >= CONFIRMATIONS


def _is_near(price: float, before: float) -> bool:
    return abs(price - before) <= LARGEST_JUMP * before


def _looks_like_another_zone(ticks: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return which times are Indian clock time passed for UTC, or the reverse.

    A time 5 h 30 min ahead can be nothing else, even when it was under way for a while.  One behind may be an old tick:
    only what lies within seconds of 5 h 30 min is called so.
    """
    ahead = ticks["exchange_time"].astype(np.float64) - ticks["receive_time"]
    from_india = (ahead <= INDIA_AHEAD_US + FUTURE_TOLERANCE_US) & (ahead > INDIA_AHEAD_US - SLOWEST_US)
    to_india = np.abs(ahead + INDIA_AHEAD_US) <= FUTURE_TOLERANCE_US
    strayed: NDArray[np.bool_] = from_india | to_india
    return strayed


def _zone_problem(tick: np.void) -> str:
    side = "ahead of" if tick["exchange_time"] > tick["receive_time"] else "behind"
    return f"exchange_time must be UTC or say its offset, was 5 h 30 min {side} its receipt"


def _refuse(refusals: Refusals, reason: Reason, tick: np.void, problem: str, *, names: Mapping[int, str]) -> None:
    time, price = int(tick["exchange_time"]), float(tick["last_price"])
    detail: dict[str, float | str | None] = {"problem": problem, "exchange_time": time, "last_price": price}
    refusals.add(reason, names[int(tick["instrument"])], detail, received_at=int(tick["receive_time"]))
