"""Appends a run's entries without a hole: what a server acknowledged and then lost in a crash is appended again.

A server that writes its file once a second may lose the last seconds when it is killed.  Each append says which entry
it follows; where that one is missing in a partition, the entries since are still remembered here.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from streaming.tick_entries import START, Entry
from streaming.tick_log import LogReplaced, LogWentBack, TickLog

logger = structlog.get_logger(__name__)
REMEMBERED: Final = 1_000  # entries: 100 s of the simulator


@dataclass(slots=True)
class Appender:
    """One run's place in the log; an entry has the same number in each partition."""

    log: TickLog
    run_id: int
    epoch: str = ""  # of the log that is meant; "": whichever is there
    _before: dict[int, str] = field(default_factory=dict)  # what the log ended with when the run began
    _recent: deque[Mapping[int, Entry]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def append(self, entries: Mapping[int, Entry]) -> None:
        """Append to each partition behind its entry before.

        Repeating the call after a lost reply is harmless.  Raises LogReplaced when the log is another one, or went back
        behind what is remembered, SecondWriter, and what the server's client raises.
        """
        number = next(iter(entries.values())).number
        if not self._before:
            heads = {partition: self.log.head(partition) for partition in entries}
            self._before = {partition: head.id if head else START for partition, head in heads.items()}
        while True:
            try:
                self._append(entries, number)
            except LogWentBack as problem:
                self._mend(problem)
            else:
                self._recent.append(entries)
                return

    def _append(self, entries: Mapping[int, Entry], number: int) -> None:
        self.log.append_all(entries, follows=number - 1, epoch=self.epoch)

    def _mend(self, problem: LogWentBack) -> None:
        """Append again what a partition has lost, all of it or nothing."""
        kept, partition = problem.number if problem.run_id == self.run_id else 0, problem.partition
        missing = [entries[partition] for entries in self._recent if entries[partition].number > kept]
        if problem.run_id != self.run_id and problem.newest != self._before[partition]:
            raise LogReplaced(
                f"partition {partition} of the tick log went back to entry {problem.newest}, before run {self.run_id}"
            )
        first = missing[0]  # the entry before the one that was refused is missing, and it is the newest remembered
        logger.error("tick log went back", run=self.run_id, partition=partition, kept=kept, again=len(missing))
        if first.number > kept + 1:
            raise LogReplaced(
                f"partition {partition} of the tick log went back to entry {self.run_id}-{kept}: the feed remembers no "
                f"more than from {first.id} on"
            )
        for entry in missing:
            self._append({partition: entry}, entry.number)
