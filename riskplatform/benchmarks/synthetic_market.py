"""A synthetic market written straight into the tick log, as one run, by a thread."""

import threading
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from risk.models import Instrument
from risk.quant.calendar import SimulatedClock
from risk.quant.ticks import blank_ticks
from streaming import services
from streaming.feed_pace import wall_clock_us
from streaming.tick_entries import Kind
from streaming.tick_log import platform_log

PARTITION: Final = 0


class SyntheticMarket:
    """`with Market(...):` feeds until the block ends, then closes its run; a subclass says what and when."""

    def __init__(self, *, seed: int) -> None:
        self._ids = np.array(Instrument.objects.order_by("id").values_list("id", flat=True), dtype=np.uint32)
        self._random = np.random.default_rng(seed)
        self._prices = self._random.uniform(100.0, 3_000.0, len(self._ids))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run_feed, name="synthetic market")
        self._problem: BaseException | None = None

    def __enter__(self) -> Self:
        session = SimulatedClock().session_at(wall_clock_us()).key
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

    def _run_feed(self) -> None:
        try:
            self._feed()
        except BaseException as problem:  # raised again where the block ends
            self._problem = problem

    def _feed(self) -> None:
        """Append a run from its start to its end, which comes with `_stop`."""
        raise NotImplementedError

    def _moved(self, mine: slice | NDArray[np.int64], at: int) -> NDArray[np.void]:
        """Move the prices of some instruments and return a tick of each, stamped `at`."""
        self._prices[mine] *= np.exp(self._random.normal(0.0, 2e-4, len(self._prices[mine])))
        ticks = blank_ticks(len(self._ids[mine]))
        ticks["instrument"] = self._ids[mine]
        ticks["exchange_time"] = ticks["receive_time"] = at
        ticks["last_price"] = np.round(self._prices[mine], 2)
        return ticks

    def _append(
        self, kind: Kind, log_time: int, ticks: NDArray[np.void] | None = None, *, wall_time: int | None = None
    ) -> None:
        """Append the run's next entry; without `wall_time` it was written now."""
        self._number += 1
        self._log.append(
            PARTITION,
            run_id=self._run.pk,
            number=self._number,
            kind=kind,
            log_time=log_time,
            wall_time=wall_clock_us() if wall_time is None else wall_time,
            ticks=ticks,
        )
