"""The replay feed: one recorded session, second by second, as it must have arrived.

A file holds one symbol after another, in arrival order within a symbol only.  A symbol's arrival
clock is the running maximum of its valid times; the symbols are merged by that clock, ties by
symbol and row.  A row that is not valid (another day, 1970, outside the session, stamped ahead of
its time) arrives with the row before it and never moves the clock.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.ticks import blank_ticks
from streaming.feeds.base import Emission
from streaming.feeds.recording_files import Recording
from streaming.validation import TradingDay

SECOND_US: Final = 1_000_000
FELL_BACK_US: Final = 20 * SECOND_US  # a symbol that falls back this far had at least one wrong time
CLOSING_US: Final = 300 * SECOND_US  # a recording that ends this near to the close is followed to the close
TAIL_US: Final = 3 * SECOND_US  # silence after the end, in which the last minute closes
UNKNOWN_IDS_FROM: Final = 2**32 - 1  # symbols without an instrument get ids downwards from here


class RecordedFeed:
    """Emits each recorded second at its end, with clock entries for the silent seconds between."""

    def __init__(
        self, recording: Recording, *, day: TradingDay, utc_offset_us: int, instruments: Mapping[str, int]
    ) -> None:
        """Merge `recording`; `instruments` maps symbols and aliases to ids."""
        self.day = day
        ids = _instrument_ids(recording.symbol, instruments)
        self._names = {int(number): str(symbol) for number, symbol in zip(ids, recording.symbol, strict=True)}
        order, arrival = _merge(recording, day=day, utc_offset_us=utc_offset_us)
        ticks = blank_ticks(len(recording))
        ticks["instrument"] = ids[recording.symbol_of_row[order]]
        ticks["exchange_time"] = recording.local_us[order] - utc_offset_us
        ticks["receive_time"] = arrival
        ticks["last_price"] = recording.price[order]
        ticks["volume"] = recording.volume[order]
        self._ticks = ticks
        # A second is known when it is over: its ticks carry log time = the next whole second.
        self._seconds = arrival // SECOND_US * SECOND_US + SECOND_US
        self._last = _end_of_log(int(self._seconds[-1]), day)

    @property
    def names(self) -> Mapping[int, str]:
        """The symbol, as recorded, of every id; an alias and its symbol share the id."""
        return self._names

    @property
    def first_us(self) -> int:
        """Log time of the first recorded second."""
        return int(self._seconds[0])

    @property
    def last_us(self) -> int:
        """Log time of the last clock entry."""
        return self._last

    def __len__(self) -> int:
        return len(self._ticks)

    def emissions(self, after_us: int, until_us: int) -> Iterator[Emission]:
        """Yield one emission per second with `after_us` < log time <= `until_us`, silent ones included."""
        first = max(self.first_us, after_us // SECOND_US * SECOND_US + SECOND_US)
        last = min(self._last, until_us // SECOND_US * SECOND_US)
        seconds = np.arange(first, last + 1, SECOND_US, dtype=np.int64)
        starts = np.searchsorted(self._seconds, seconds, side="left")
        stops = np.searchsorted(self._seconds, seconds, side="right")
        for second, start, stop in zip(seconds.tolist(), starts.tolist(), stops.tolist(), strict=True):
            yield Emission(second, self.day, self._ticks[start:stop])


def _instrument_ids(symbols: NDArray[np.str_], instruments: Mapping[str, int]) -> NDArray[np.int64]:
    unknown = iter(range(UNKNOWN_IDS_FROM, 0, -1))
    return np.array([instruments[name] if name in instruments else next(unknown) for name in symbols.tolist()])


def _end_of_log(last_second: int, day: TradingDay) -> int:
    close = day.session.close_us
    return max(last_second, close if close - last_second <= CLOSING_US else last_second) + TAIL_US


def _merge(recording: Recording, *, day: TradingDay, utc_offset_us: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows in arrival order and their arrival times."""
    by_symbol = np.lexsort((recording.row, recording.symbol_of_row))
    times = recording.local_us[by_symbol] - utc_offset_us
    valid = (times >= day.session.open_us) & (times < day.session.close_us)
    earliest = int(times[valid].min()) if valid.any() else day.session.open_us
    bounds = np.flatnonzero(np.diff(recording.symbol_of_row[by_symbol])) + 1
    parts = zip(np.split(times, bounds), np.split(valid, bounds), strict=True)
    arrival = np.concatenate([_arrival_clock(part, fit, earliest=earliest) for part, fit in parts])
    merged = np.argsort(arrival, kind="stable")  # stable: ties stay in the order of symbol and row
    return by_symbol[merged], arrival[merged]


def _arrival_clock(times: NDArray[np.int64], valid: NDArray[np.bool_], *, earliest: int) -> NDArray[np.int64]:
    """Return when each row of one symbol arrived: the running maximum of its trustworthy times.

    Rows before the first of those arrive with it; a symbol without any arrives at `earliest`.
    """
    if not valid.any():
        return np.full(len(times), earliest)
    clock = _running_maximum(times, valid)
    if int((clock - times)[valid].max()) <= FELL_BACK_US:
        return clock
    positions = np.flatnonzero(valid)
    trusted = np.zeros_like(valid)
    trusted[positions[_longest_ordered(times[positions].tolist())]] = True
    return _running_maximum(times, trusted)


def _running_maximum(times: NDArray[np.int64], trusted: NDArray[np.bool_]) -> NDArray[np.int64]:
    first = times[np.argmax(trusted)]
    return np.maximum.accumulate(np.where(trusted, times, first))


def _longest_ordered(times: list[int]) -> list[int]:
    """Return the positions of a longest never-falling run of `times`: the most rows that can all be right.

    One wrong time far ahead would otherwise make the rest of the day late.  Patience sorting.
    """
    tails: list[int] = []
    tail_positions: list[int] = []
    before: list[int] = []
    for position, moment in enumerate(times):
        place = bisect_right(tails, moment)
        before.append(tail_positions[place - 1] if place else -1)
        tails[place : place + 1] = [moment]
        tail_positions[place : place + 1] = [position]
    kept = []
    position = tail_positions[-1]
    while position >= 0:
        kept.append(position)
        position = before[position]
    return kept[::-1]
