"""Appends a run's entries without a hole: what a server acknowledged and then lost in a crash is appended again.

A server that writes its file once a second may lose the last seconds when it is killed.  Each append says which entry
it follows; where that one is missing, the entries since are still remembered here.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from streaming.feed_progress import Gap
from streaming.tick_log import Kind, LogWentBack, TickLog

logger = structlog.get_logger(__name__)
REMEMBERED: Final = 1_000  # entries: 100 s of the simulator


@dataclass(frozen=True, slots=True)
class Written:
    """One entry of a run, as it was and will be appended."""

    number: int
    kind: Kind
    log_time: int
    wall_time: int
    ticks: NDArray[np.void] | None


@dataclass(slots=True)
class Appender:
    """One run's place in a partition."""

    log: TickLog
    partition: int
    run_id: int
    _recent: deque[Written] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def append(self, entry: Written) -> Gap | None:
        """Append behind the entry before; return what of the log is lost for good, if something is.

        Repeating the call after a lost reply is harmless.  Raises SecondWriter, and what the server's client raises.
        """
        gap = None
        try:
            self._put(entry, follows=entry.number - 1)
        except LogWentBack as problem:
            gap = self._mend(problem)
            self._put(entry, follows=entry.number - 1)
        self._recent.append(entry)
        return gap

    def _mend(self, problem: LogWentBack) -> Gap | None:
        """Append again what the log has lost."""
        kept = problem.number if problem.run_id == self.run_id else 0
        missing = [entry for entry in self._recent if entry.number > kept]
        first = missing[0]  # the entry before the one that was refused is missing, and it is the newest remembered
        logger.error("tick log went back", run=self.run_id, kept=kept, appended_again=len(missing))
        gap = None
        if first.number > kept + 1:
            head = self.log.head(self.partition)
            gap = Gap(head.log_time if head else 0, first.log_time)
        self._put(first, follows=0 if gap else first.number - 1)
        for entry in missing[1:]:
            self._put(entry, follows=entry.number - 1)
        return gap

    def _put(self, entry: Written, *, follows: int) -> None:
        self.log.append(
            self.partition,
            run_id=self.run_id,
            number=entry.number,
            kind=entry.kind,
            log_time=entry.log_time,
            wall_time=entry.wall_time,
            ticks=entry.ticks,
            follows=follows,
        )
