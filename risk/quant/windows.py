"""From ticks to minutes: open one-minute bars of every symbol, in integers.

An open bar holds only integers (prices in paise), so that folding the same ticks in other batches
gives the same bits.  Bars of several minutes may be open at once: the clock that closes them is the
caller's, and ticks of the next minute arrive before the last one is closed.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US

BAR: Final = np.dtype(
    [
        ("instrument", "<u4"),
        ("session", "<i8"),
        ("minute", "<i2"),  # counted from the session's open
        ("start", "<i8"),  # microseconds UTC
        ("open", "<i8"),  # paise
        ("high", "<i8"),
        ("low", "<i8"),
        ("close", "<i8"),
        ("volume", "<f8"),
        ("ticks", "<i4"),
        ("log_odds", "<f8"),  # of the score at the bar's close, NaN before it is known
        ("spread_bp", "<f8"),  # of the newest quotes at the bar's close, basis points of their middle, NaN unknown
    ]
)

PAISE: Final = 100
OPEN, HIGH, LOW, CLOSE, COUNT, VOLUME_FIRST, VOLUME_LAST = range(7)
NO_PRICE: Final = np.iinfo(np.int64).max
NO_VOLUME: Final = -1

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class OpenBars:
    """The open minutes of S symbols: minute since the epoch -> int64[7, S] of open, high, low, close in
    paise, tick count, first and last cumulative volume (-1 where none was sent)."""

    def __init__(self, symbols: int) -> None:
        self.symbols = symbols
        self.minutes: dict[int, IntArray] = {}

    def add(self, minute: int, *, symbol: IntArray, paise: IntArray, volume: IntArray) -> None:
        """Merge ticks of one minute, sorted by symbol and, within a symbol, in log order; arrays [n]."""
        starts = np.flatnonzero(np.concatenate(([True], symbol[1:] != symbol[:-1])))
        ends = np.append(starts[1:], len(symbol)) - 1
        rows = symbol[starts]
        bars = self._bars(minute)
        fresh = bars[COUNT, rows] == 0
        bars[OPEN, rows] = np.where(fresh, paise[starts], bars[OPEN, rows])
        bars[HIGH, rows] = np.maximum(bars[HIGH, rows], np.maximum.reduceat(paise, starts))
        bars[LOW, rows] = np.minimum(bars[LOW, rows], np.minimum.reduceat(paise, starts))
        bars[CLOSE, rows] = paise[ends]
        bars[COUNT, rows] += ends - starts + 1
        self._add_volume(bars, rows, volume, starts)

    def put(self, minute: int, *, symbol: IntArray, bars: NDArray[np.void]) -> None:
        """Set finished bars of dtype BAR, one per symbol, as the minute's content."""
        rows = self._bars(minute)
        for field, name in ((OPEN, "open"), (HIGH, "high"), (LOW, "low"), (CLOSE, "close")):
            rows[field, symbol] = bars[name]
        rows[COUNT, symbol] = np.maximum(bars["ticks"], 1)

    def take_before(self, minute: int) -> Iterable[tuple[int, IntArray]]:
        """Remove and yield the minutes before `minute`, oldest first."""
        for key in sorted(key for key in self.minutes if key < minute):
            yield key, self.minutes.pop(key)

    def merged(self, first: int, last: int) -> IntArray | None:
        """Return the minutes first..last, both included, as one bar per symbol; None when none is open."""
        inside = [self.minutes[key] for key in sorted(self.minutes) if first <= key <= last]
        if not inside:
            return None
        bars = inside[0]
        for later in inside[1:]:
            bars = _joined(bars, later)
        return bars

    def _bars(self, minute: int) -> IntArray:
        bars = self.minutes.get(minute)
        if bars is None:
            bars = np.zeros((7, self.symbols), dtype=np.int64)
            bars[LOW] = NO_PRICE
            bars[VOLUME_FIRST:] = NO_VOLUME
            self.minutes[minute] = bars
        return bars

    @staticmethod
    def _add_volume(bars: IntArray, rows: IntArray, volume: IntArray, starts: IntArray) -> None:
        if not (volume >= 0).any():
            return
        position = np.arange(len(volume))
        known = volume >= 0
        first = np.minimum.reduceat(np.where(known, position, len(volume)), starts)
        last = np.maximum.reduceat(np.where(known, position, -1), starts)
        present = last >= 0
        rows, first, last = rows[present], first[present], last[present]
        empty = bars[VOLUME_FIRST, rows] == NO_VOLUME
        bars[VOLUME_FIRST, rows] = np.where(empty, volume[first], bars[VOLUME_FIRST, rows])
        bars[VOLUME_LAST, rows] = volume[last]


def late_ticks(*, symbol: IntArray, time_us: IntArray, newest_us: IntArray) -> BoolArray:
    """Return which ticks are older than an earlier tick of their symbol; equal times are not late.

    `symbol` [n] is sorted, ticks of a symbol in log order; `newest_us` [S] is the newest time before the batch.
    """
    times = np.maximum(time_us, newest_us[symbol])
    # One running maximum serves all symbols: each symbol's times are lifted above those of the symbol before.
    base = int(times.min())
    lift = (int(times.max()) - base + 1) * np.cumsum(np.concatenate(([0], symbol[1:] != symbol[:-1])))
    newest = np.maximum.accumulate(times + lift) - lift
    late: BoolArray = time_us < newest
    return late


def minute_of(time_us: IntArray) -> IntArray:
    """Return the minute since the epoch that each instant lies in."""
    return time_us // MINUTE_US


def _joined(bars: IntArray, later: IntArray) -> IntArray:
    """Return two successive minutes as one bar."""
    joined = later.copy()
    had, has = bars[COUNT] > 0, later[COUNT] > 0
    joined[OPEN] = np.where(had, bars[OPEN], later[OPEN])
    joined[HIGH] = np.maximum(bars[HIGH], later[HIGH])
    joined[LOW] = np.minimum(bars[LOW], later[LOW])
    joined[CLOSE] = np.where(has, later[CLOSE], bars[CLOSE])
    joined[COUNT] = bars[COUNT] + later[COUNT]
    return joined
