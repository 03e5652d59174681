"""A market that writes so many entries a second, each with so many ticks.

An entry's ticks, log time and wall time bear the microsecond in which it is appended, so that whoever sees them can say
how long they were on the way.
"""

import time
from itertools import count

import numpy as np

from riskplatform.benchmarks.synthetic_market import SyntheticMarket
from streaming.feed_pace import wall_clock_us
from streaming.tick_entries import Kind


class SteadyMarket(SyntheticMarket):
    """Feeds every instrument in turns; `appended` holds the microsecond (UTC) of every entry with ticks."""

    def __init__(self, *, entries_a_second: int, ticks_an_entry: int, seed: int = 1) -> None:
        super().__init__(seed=seed)
        self.appended: list[int] = []
        self._seconds, self._size = 1.0 / entries_a_second, ticks_an_entry

    def _feed(self) -> None:
        self._note(Kind.RUN_START)
        begun = time.monotonic()
        for step in count(1):
            if self._stop.wait(max(0.0, begun + step * self._seconds - time.monotonic())):
                break
            now = wall_clock_us()
            mine = np.arange(step * self._size, (step + 1) * self._size) % len(self._ids)
            self._append(Kind.TICKS, now, self._moved(mine, now), wall_time=now)
            self.appended.append(now)
        self._note(Kind.RUN_END)

    def _note(self, kind: Kind) -> None:
        now = wall_clock_us()
        self._append(kind, now, wall_time=now)
