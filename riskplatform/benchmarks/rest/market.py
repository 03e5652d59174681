"""A synthetic market written straight into the tick log, and a watch on how the worker keeps up with it."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, Self

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from risk.models import Instrument
from risk.quant.calendar import SimulatedClock
from risk.quant.ticks import blank_ticks
from streaming import services
from streaming.models import FoldCursor
from streaming.tick_entries import Kind
from streaming.tick_log import platform_log

SECOND_US: Final = 1_000_000
BATCHES_A_SECOND: Final = 4
STEP_US: Final = SECOND_US // BATCHES_A_SECOND // 2  # a batch of ticks, then a clock entry half-way to the next
LOOK_SECONDS: Final = 0.02


class Market:
    """`with Market(seed=1):` feeds one tick per instrument and second until the block ends, then closes its run."""

    def __init__(self, *, seed: int) -> None:
        self._ids = np.array(Instrument.objects.order_by("id").values_list("id", flat=True), dtype=np.uint32)
        self._random = np.random.default_rng(seed)
        self._prices = self._random.uniform(100.0, 3_000.0, len(self._ids))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._feed, name="synthetic market")
        self._problem: BaseException | None = None

    def __enter__(self) -> Self:
        session = SimulatedClock().session_at(_now_us()).key
        self._run = services.open_run(source="simulated", description="synthetic, for a measurement", session=session)
        self._log, self._number = platform_log(), 0
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        services.close_run(self._run, reason="measured", read=0, accepted=0, refused={})
        self.require_alive()

    def require_alive(self) -> None:
        """Raise what ended the feed, if something did."""
        if self._problem is not None:
            raise self._problem

    def _feed(self) -> None:
        try:
            due = _now_us() // SECOND_US * SECOND_US
            self._append(Kind.RUN_START, due)
            for step in count():
                due += STEP_US
                if self._stop.wait(max(0.0, (due - _now_us()) / 1e6)):
                    break
                self._emit(due, step)
            self._append(Kind.RUN_END, due)
        except BaseException as problem:  # raised again where the block ends
            self._problem = problem

    def _emit(self, due: int, step: int) -> None:
        if step % 2:
            self._append(Kind.CLOCK, due)
            return
        self._append(Kind.TICKS, due, self._batch(due, turn=step // 2 % BATCHES_A_SECOND))

    def _batch(self, due: int, *, turn: int) -> NDArray[np.void]:
        """Return the ticks of every fourth instrument, so that a second holds one of each."""
        mine = slice(turn, None, BATCHES_A_SECOND)
        self._prices[mine] *= np.exp(self._random.normal(0.0, 2e-4, len(self._prices[mine])))
        ticks = blank_ticks(len(self._ids[mine]))
        ticks["instrument"] = self._ids[mine]
        ticks["exchange_time"] = ticks["receive_time"] = due - 10_000
        ticks["last_price"] = np.round(self._prices[mine], 2)
        return ticks

    def _append(self, kind: Kind, log_time: int, ticks: NDArray[np.void] | None = None) -> None:
        self._number += 1
        self._log.append(
            0, run_id=self._run.pk, number=self._number, kind=kind, log_time=log_time, wall_time=_now_us(), ticks=ticks
        )


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
                self.sights.append(Sight(_now_us(), *row))
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


def _now_us() -> int:
    return time.time_ns() // 1_000
