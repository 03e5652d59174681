"""A synthetic market written straight into the tick log: so many entries a second, each with so many ticks.

An entry's ticks and log time bear the microsecond in which it is appended, so that whoever sees them can say how long
they were on the way.
"""

import threading
import time
from itertools import count
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from risk.models import Instrument
from risk.quant.calendar import SimulatedClock
from risk.quant.ticks import blank_ticks
from streaming import services
from streaming.tick_entries import Kind
from streaming.tick_log import platform_log

PARTITION: Final = 0


class SteadyMarket:
    """`with SteadyMarket(...):` feeds every instrument in turns until the block ends, then closes its run.

    `appended` holds the microsecond (UTC) of every entry with ticks.
    """

    def __init__(self, *, entries_a_second: int, ticks_an_entry: int, seed: int = 1) -> None:
        self.appended: list[int] = []
        self._seconds, self._size = 1.0 / entries_a_second, ticks_an_entry
        self._ids = np.array(Instrument.objects.order_by("id").values_list("id", flat=True), dtype=np.uint32)
        self._random = np.random.default_rng(seed)
        self._prices = self._random.uniform(100.0, 3_000.0, len(self._ids))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._feed, name="steady market")
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
            self._append(Kind.RUN_START, _now_us())
            begun = time.monotonic()
            for step in count(1):
                if self._stop.wait(max(0.0, begun + step * self._seconds - time.monotonic())):
                    break
                now = _now_us()
                self._append(Kind.TICKS, now, self._batch(now, step))
                self.appended.append(now)
            self._append(Kind.RUN_END, _now_us())
        except BaseException as problem:  # raised again where the block ends
            self._problem = problem

    def _batch(self, now: int, step: int) -> NDArray[np.void]:
        mine = np.arange(step * self._size, (step + 1) * self._size) % len(self._ids)
        self._prices[mine] *= np.exp(self._random.normal(0.0, 2e-4, len(mine)))
        ticks = blank_ticks(len(mine))
        ticks["instrument"] = self._ids[mine]
        ticks["exchange_time"] = ticks["receive_time"] = now
        ticks["last_price"] = np.round(self._prices[mine], 2)
        return ticks

    def _append(self, kind: Kind, log_time: int, ticks: NDArray[np.void] | None = None) -> None:
        self._number += 1
        self._log.append(
            PARTITION,
            run_id=self._run.pk,
            number=self._number,
            kind=kind,
            log_time=log_time,
            wall_time=log_time,
            ticks=ticks,
        )


def _now_us() -> int:
    return time.time_ns() // 1_000
