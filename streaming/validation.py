"""Which ticks may enter the tick log: reasons, in a fixed order, counted exactly.

The rules that look at one tick alone come first, in the order of `reasons.Reason`; then the rules that
compare a tick with those of the same instrument received before it.  The first reason that holds
is the one counted.  Nothing is repaired: a tick is accepted as it came or refused with its reason.

State passes from batch to batch, so the verdicts do not depend on where the batches are cut.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import Session
from risk.quant.ticks import HIGHEST_PRICE, LARGEST_QUANTITY, LOWEST_PRICE, OPTIONAL, TICK, blank_ticks
from streaming.reasons import CODE, REASONS, Reason, Remark

EPOCH_ENDS_US: Final = 365 * 86_400_000_000  # a clock that was never set says 1970, or 1969 west of where it is read
FUTURE_TOLERANCE_US: Final = 5_000_000
ACCEPTED: Final = -1
_LARGEST: Final = {
    name: HIGHEST_PRICE if name.endswith("_price") else LARGEST_QUANTITY for name in ("last_price", *OPTIONAL)
}
_TIMELESS: Final = tuple(name for name in TICK.names or () if name != "receive_time")
_OLDEST: Final = np.iinfo(np.int64).min
Value = TypeVar("Value", bound=np.generic)


class TradingDay(NamedTuple):
    """A session and the calendar day around it, [start_us, end_us) in microseconds UTC."""

    session: Session
    start_us: int
    end_us: int


@dataclass(slots=True)
class InstrumentMemory:
    """What is remembered of every known instrument between batches; rows follow the known ids."""

    newest: NDArray[np.int64]  # exchange time of the newest tick that was neither a duplicate nor late
    volume: NDArray[np.float64]  # last received volume in time order, NaN before the first
    last_row: NDArray[np.void]  # last row that passed the rules for one tick alone

    @classmethod
    def blank(cls, count: int) -> "InstrumentMemory":
        """Return the memory before the first tick."""
        return cls(np.full(count, _OLDEST), np.full(count, np.nan), blank_ticks(count))


@dataclass(slots=True)
class Validator:
    """Judges batches of ticks in the order received; `known` are the instrument ids, ascending."""

    known: NDArray[np.int64]
    memory: InstrumentMemory = field(init=False)
    session: int | None = None  # key of the session judged last

    def __post_init__(self) -> None:
        self.memory = InstrumentMemory.blank(len(self.known))

    def judge(self, ticks: NDArray[np.void], day: TradingDay) -> NDArray[np.int8]:
        """Return per tick ACCEPTED or the index of its reason in REASONS."""
        if day.session.key != self.session:  # the day's volume starts again from zero
            self.session = day.session.key
            self.memory.volume[:] = np.nan
        verdict = self._judge_alone(ticks, day)
        rows = np.flatnonzero(verdict == ACCEPTED)
        if rows.size:
            slots = np.searchsorted(self.known, ticks["instrument"][rows].astype(np.int64))
            order = np.argsort(slots, kind="stable")
            self._judge_in_sequence(verdict, ticks, rows=rows[order], slots=slots[order])
        return verdict

    def _judge_alone(self, ticks: NDArray[np.void], day: TradingDay) -> NDArray[np.int8]:
        price, stamped = ticks["last_price"], ticks["exchange_time"]
        others = [ticks[name] for name in OPTIONAL]
        rules = {
            Reason.UNKNOWN_SYMBOL: ~np.isin(ticks["instrument"], self.known),
            Reason.NOT_FINITE: ~np.isfinite(price) | _any(np.isinf(values) for values in others),
            Reason.NON_POSITIVE_PRICE: price <= 0.0,
            Reason.NEGATIVE_NUMBER: _any(values < 0.0 for values in others),
            Reason.OUT_OF_RANGE: (price <= LOWEST_PRICE) | _any(ticks[n] > most for n, most in _LARGEST.items()),
            Reason.EPOCH_TIMESTAMP: stamped < EPOCH_ENDS_US,
            Reason.OTHER_DAY: (stamped < day.start_us) | (stamped >= day.end_us),
            Reason.OUTSIDE_SESSION: (stamped < day.session.open_us) | (stamped >= day.session.close_us),
            Reason.FUTURE_TIMESTAMP: stamped > ticks["receive_time"] + FUTURE_TOLERANCE_US,
        }
        verdict = np.full(len(ticks), ACCEPTED, dtype=np.int8)
        for reason, holds in rules.items():
            verdict[holds & (verdict == ACCEPTED)] = CODE[reason]
        return verdict

    def _judge_in_sequence(
        self,
        verdict: NDArray[np.int8],
        ticks: NDArray[np.void],
        *,
        rows: NDArray[np.int64],
        slots: NDArray[np.int64],
    ) -> None:
        memory = self.memory
        batch = ticks[rows]
        repeats = _same_row(batch, _previous(batch, slots, memory.last_row))
        memory.last_row[slots] = batch  # numpy keeps the last of repeated slots
        verdict[rows[repeats]] = CODE[Reason.DUPLICATE]

        rows, slots, batch = rows[~repeats], slots[~repeats], batch[~repeats]
        newest = _running_maximum(batch["exchange_time"], slots, memory.newest)
        late = batch["exchange_time"] < newest
        memory.newest[slots] = newest
        verdict[rows[late]] = CODE[Reason.LATE]

        counted = ~late & ~np.isnan(batch["volume"])
        rows, slots, volume = rows[counted], slots[counted], batch["volume"][counted]
        fell = volume < _previous(volume, slots, memory.volume)
        memory.volume[slots] = volume
        verdict[rows[fell]] = CODE[Reason.VOLUME_FELL]


def count_reasons(verdict: NDArray[np.int8]) -> dict[str, int]:
    """Return how many ticks each reason refused, without the reasons that refused none."""
    refused = np.bincount(verdict[verdict != ACCEPTED], minlength=len(REASONS))
    return {REASONS[code].value: int(refused[code]) for code in np.flatnonzero(refused)}


def remarks(ticks: NDArray[np.void]) -> dict[str, NDArray[np.bool_]]:
    """Return by remark which of the accepted ticks it is about, without the remarks about none."""
    bid, ask = ticks["bid_price"], ticks["ask_price"]
    found = {Remark.CROSSED_BOOK.value: (bid > ask) & (ask > 0.0)}  # feeds say 0 for a side without orders
    return {remark: rows for remark, rows in found.items() if rows.any()}


def _any(conditions: Iterable[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    holds: NDArray[np.bool_] = np.logical_or.reduce(list(conditions))
    return holds


def _previous(values: NDArray[Value], slots: NDArray[np.int64], before: NDArray[Value]) -> NDArray[Value]:
    """Return per row the value of the row before it in its slot; `before` serves the first of each slot."""
    shifted = np.roll(values, 1)
    first = _first_of_slot(slots)
    shifted[first] = before[slots[first]]
    return shifted


def _same_row(rows: NDArray[np.void], others: NDArray[np.void]) -> NDArray[np.bool_]:
    same = np.ones(len(rows), dtype=bool)
    for name in _TIMELESS:
        mine, its = rows[name], others[name]
        same &= (mine == its) | ((mine != mine) & (its != its))
    return same


def _running_maximum(
    times: NDArray[np.int64], slots: NDArray[np.int64], before: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return per row the newest time of its slot so far; `slots` ascend."""
    if not times.size:
        return times
    # One pass over all slots: lifting each slot above the one before keeps its maxima from leaking into the next.
    origin = int(times.min())
    width = int(times.max()) - origin + 1
    running = np.maximum.accumulate(times - origin + slots * width) - slots * width + origin
    return np.maximum(running, before[slots])


def _first_of_slot(slots: NDArray[np.int64]) -> NDArray[np.bool_]:
    first = np.ones(len(slots), dtype=bool)
    first[1:] = slots[1:] != slots[:-1]
    return first
