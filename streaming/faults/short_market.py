"""Short simulated runs written straight to the log, over the end of a session: each reaches every step of a commit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.quant.ticks import TICK
from streaming import services
from streaming.feed_pace import wall_clock_us
from streaming.feed_process import instrument_ids
from streaming.feeds.base import Emission
from streaming.feeds.simulated import SimulatedFeed, session_number, simulated_day
from streaming.models import FeedRun
from streaming.tick_entries import Kind
from streaming.tick_log import TickLog

SECOND_US: Final = 1_000_000
BEFORE_US: Final = 4 * SECOND_US  # of the session's end: some record instants
AFTER_US: Final = 4 * SECOND_US  # longer than a minute stays open behind its end


@dataclass(frozen=True)
class Stamped:
    """What is to be appended to every partition; `ticks` still hold all instruments."""

    kind: Kind
    emission: Emission


class ShortMarket:
    """Appends runs that begin just before the end of the newest simulated session that is over."""

    def __init__(self, log: TickLog, *, seed: int) -> None:
        self._log = log
        self._feed = SimulatedFeed(seed=seed, instruments=instrument_ids())
        self._number = session_number(wall_clock_us()) - 1
        self._close = simulated_day(self._number).session.close_us
        self.ticks = 0

    def pieces(self, count: int) -> Iterator[None]:
        """Open a run and append it in `count` pieces; each step of the iterator appends one."""
        run = services.open_run(source=FeedRun.Source.SIMULATED, description="short run", session=self._number)
        entries = self._entries()
        for piece in range(count):
            first, last = piece * len(entries) // count, (piece + 1) * len(entries) // count
            for number in range(first, last):
                self._append(run, number + 1, entries[number])
            yield

    def _entries(self) -> list[Stamped]:
        begin, end = self._close - BEFORE_US, self._close + AFTER_US
        blank = np.zeros(0, dtype=TICK)
        emissions = list(self._feed.emissions(begin, end))
        return [
            Stamped(Kind.RUN_START, Emission(begin, emissions[0].day, blank)),
            *(Stamped(Kind.TICKS, emission) for emission in emissions),
            Stamped(Kind.RUN_END, Emission(end, emissions[-1].day, blank)),
        ]

    def _append(self, run: FeedRun, number: int, entry: Stamped) -> None:
        ticks, at = entry.emission.ticks, entry.emission.log_time
        entries = run.assigned.entries(
            ticks, run_id=run.pk, number=number, kind=entry.kind, log_time=at, wall_time=wall_clock_us()
        )
        self._log.append_all(entries)
        self.ticks += sum(len(one.ticks) for one in entries.values())
