"""A synthetic market written straight into the tick log, and a watch on how the worker keeps up with it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, Self

import numpy as np
from django.conf import settings
from django.db import connection

from riskplatform.benchmarks.synthetic_market import SyntheticMarket
from streaming.feed_pace import wall_clock_us
from streaming.models import FoldCursor
from streaming.tick_entries import Kind

SECOND_US: Final = 1_000_000
BATCHES_A_SECOND: Final = 4
STEP_US: Final = SECOND_US // BATCHES_A_SECOND // 2  # a batch of ticks, then a clock entry half-way to the next
LOOK_SECONDS: Final = 0.02


class Market(SyntheticMarket):
    """`with Market(seed=1):` feeds one tick per instrument and second until the block ends, then closes its run."""

    def _feed(self) -> None:
        due = wall_clock_us() // SECOND_US * SECOND_US
        self._append(Kind.RUN_START, due)
        for step in count():
            due += STEP_US
            if self._stop.wait(max(0.0, (due - wall_clock_us()) / 1e6)):
                break
            self._emit(due, step)
        self._append(Kind.RUN_END, due)

    def _emit(self, due: int, step: int) -> None:
        """Append the ticks of every fourth instrument, so that a second holds one of each, or a clock entry."""
        if step % 2:
            self._append(Kind.CLOCK, due)
            return
        mine = slice(step // 2 % BATCHES_A_SECOND, None, BATCHES_A_SECOND)
        self._append(Kind.TICKS, due, self._moved(mine, due - 10_000))


@dataclass(frozen=True)
class Sight:
    """What the cursor said when it was seen to have moved; times in microseconds UTC."""

    seen_at: int
    instant: int
    records: int


class Watch:
    """`with Watch() as watch:` notes every commit of partition 0, as a reader of the database sees it."""

    def __init__(self) -> None:
        self.sights: list[Sight] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watch")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def instant(self) -> int:
        return self.sights[-1].instant if self.sights else 0

    def _look(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            row = FoldCursor.objects.filter(pk=0).values_list("instant", "records_written").first()
            if row is not None and row[0] != self.instant:
                self.sights.append(Sight(wall_clock_us(), *row))
        connection.close()


def lags(sights: Sequence[Sight], *, begin: int, end: int) -> list[float]:
    """Return the seconds from each record instant in [begin, end] to the sight of its commit; several share one."""
    interval = settings.RECORD_INTERVAL_MS * 1_000
    waits, known = [], sights[0].instant if sights else 0
    for sight in sights[1:]:
        passed = range(known + interval, sight.instant + 1, interval)
        waits += [(sight.seen_at - instant) / 1e6 for instant in passed if begin <= instant <= end]
        known = sight.instant
    return waits


def records_a_second(sights: Sequence[Sight], *, begin: int, end: int) -> float:
    """Return the records committed per second from `begin` to `end`, straight lines between the commits seen."""
    seen, records = [sight.seen_at for sight in sights], [sight.records for sight in sights]
    first, last = np.interp([begin, end], seen, records)
    return float(last - first) * 1e6 / (end - begin)
