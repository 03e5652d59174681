"""Appends a run's entries without a hole: what a server acknowledged and then lost in a crash is appended again.

A server that writes its file once a second may lose the last seconds when it is killed.  Each append says which entry
it follows; where that one is missing in a partition, the entries since are still remembered here.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from streaming.feed_progress import Gap
from streaming.tick_entries import Entry
from streaming.tick_log import LogWentBack, TickLog

logger = structlog.get_logger(__name__)
REMEMBERED: Final = 1_000  # entries: 100 s of the simulator


@dataclass(slots=True)
class Appender:
    """One run's place in the log; an entry has the same number in each partition."""

    log: TickLog
    run_id: int
    _recent: deque[Mapping[int, Entry]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def append(self, entries: Mapping[int, Entry]) -> list[Gap]:
        """Append to each partition behind its entry before; return what of the log is lost for good.

        Repeating the call after a lost reply is harmless.  Raises SecondWriter, and what the server's client raises.
        """
        number, gaps = next(iter(entries.values())).number, list[Gap]()
        while True:
            try:
                self.log.append_all(entries, follows=number - 1)
            except LogWentBack as problem:
                gaps += self._mend(problem)
            else:
                self._recent.append(entries)
                return gaps

    def _mend(self, problem: LogWentBack) -> list[Gap]:
        """Append again what a partition has lost."""
        kept, partition = problem.number if problem.run_id == self.run_id else 0, problem.partition
        missing = [entries[partition] for entries in self._recent if entries[partition].number > kept]
        first = missing[0]  # the entry before the one that was refused is missing, and it is the newest remembered
        logger.error("tick log went back", run=self.run_id, partition=partition, kept=kept, again=len(missing))
        gaps = list[Gap]()
        if first.number > kept + 1:
            head = self.log.head(partition)
            gaps.append(Gap(head.log_time if head else 0, first.log_time))
        self.log.append_all({partition: first}, follows=0 if gaps else first.number - 1)
        for entry in missing[1:]:
            self.log.append_all({partition: entry}, follows=entry.number - 1)
        return gaps
