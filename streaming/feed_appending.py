"""Appends a run's entries without a hole: what a server acknowledged and then lost in a crash is appended again.

A server that writes its file once a second may lose the last seconds when it is killed.  Each append says which entry
it follows; where that one is missing, the entries since are still remembered here.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from streaming.append_script import LogWentBack
from streaming.feed_progress import Gap
from streaming.tick_log import Entry, TickLog, parse_id

logger = structlog.get_logger(__name__)
REMEMBERED: Final = 1_000  # entries: 100 s of the simulator


@dataclass(slots=True)
class Appender:
    """One run's place in the log."""

    log: TickLog
    run_id: int
    _recent: deque[Mapping[int, Entry]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def append(self, entries: Mapping[int, Entry]) -> list[Gap]:
        """Append to each partition its entry, behind the one before; return what of the log is lost for good.

        Repeating the call after a lost reply is harmless.  Raises SecondWriter, and what the server's client raises.
        """
        gaps, before = list[Gap](), next(iter(entries.values())).number - 1
        try:
            self.log.append_all(entries, follows=before)
        except LogWentBack as problem:
            for partition, newest in problem.newest.items():
                gaps += self._mend(partition, newest)
            self.log.append_all(entries, follows=before)
        self._recent.append(entries)
        return gaps

    def _mend(self, partition: int, newest: str) -> list[Gap]:
        """Append again what a partition has lost behind its newest entry; return what nobody remembers."""
        run, number = parse_id(newest)
        kept = number if run == self.run_id else 0
        missing = [entries[partition] for entries in self._recent if entries[partition].number > kept]
        logger.error("tick log went back", partition=partition, newest=newest, appended_again=len(missing))
        first = missing[0]  # the newest remembered is missing: it is what the refused one was to follow
        gaps = []
        if first.number > kept + 1:
            head = self.log.head(partition)
            gaps.append(Gap(head.log_time if head else 0, first.log_time))
        self.log.append_all({partition: first}, follows=0 if gaps else first.number - 1)
        for entry in missing[1:]:
            self.log.append_all({partition: entry}, follows=entry.number - 1)
        return gaps
