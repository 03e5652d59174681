"""Carries a feed into the tick log as one run: validate, append, keep the pace, survive a lost server.

1. Wait until feed time is due, take the emissions up to it.
2. Judge their ticks, count the refused ones by reason, keep samples of them.
3. Append one entry per emission; when the server does not answer, repeat the same entry until it does.
4. Now and then: say that this feed is alive, and stop when told to or when another feed asks for the log.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

import numpy as np
import redis
import structlog
from numpy.typing import NDArray

from risk.quant.ticks import blank_ticks
from streaming.assignment import Assignment
from streaming.feed_appending import Appender
from streaming.feed_ownership import FeedOwnership, LostOwnership
from streaming.feed_pace import Pace, wall_clock_us
from streaming.feed_progress import Gap, Progress
from streaming.feeds.base import Emission, Feed
from streaming.tick_entries import Kind
from streaming.tick_log import TickLog
from streaming.validation import ACCEPTED, Validator

logger = structlog.get_logger(__name__)

HOUSEKEEPING_SECONDS: Final = 0.5
HEARTBEAT_SECONDS: Final = 5.0
CATCH_UP_US: Final = 120_000_000  # a longer outage of an endless feed is a gap, not a backlog
BACKLOG_CHECK_ENTRIES: Final = 100
Answer = TypeVar("Answer")
_IDLE_SECONDS: Final = 0.01
_NONE: Final = blank_ticks(0)
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 1.0  # seconds between attempts to reach the server
_UNREACHABLE: Final = (
    redis.ConnectionError,
    redis.TimeoutError,
    redis.exceptions.OutOfMemoryError,
    redis.ReadOnlyError,
)


class EndReason(StrEnum):
    """Why a run ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    TAKEN_OVER = "taken over"
    SOURCE_CHANGED = "source changed"


class Stopped(Exception):
    """The feed was told to stop while the server was away."""


@dataclass(slots=True)
class FeedRunner:
    """One run of one feed into the partitions of its assignment.

    It begins behind the feed time `begin_at` (microseconds UTC).  `folded` returns the number of the last entry that
    the workers have committed everywhere; while that is more than `backlog` entries behind, the feed pauses.  None
    means that the feed keeps its pace whatever the workers do.  `why` is asked for the reason once `stop` is set.
    """

    feed: Feed
    log: TickLog
    ownership: FeedOwnership
    validator: Validator
    pace: Pace
    run_id: int
    begin_at: int
    stop: threading.Event
    assignment: Assignment
    epoch: str = ""  # of the log that is meant; "": whichever is there
    folded: Callable[[], int] | None = None
    backlog: int = 2_000
    heartbeat: Callable[[Progress], None] = lambda progress: None
    why: Callable[[], EndReason] = lambda: EndReason.STOPPED
    progress: Progress = field(default_factory=Progress)
    _appender: Appender = field(init=False)
    _kept_at: float = 0.0
    _beat_at: float = 0.0

    def __post_init__(self) -> None:
        self._appender = Appender(self.log, self.run_id, self.epoch)

    def run(self) -> EndReason:
        """Feed until the feed ends, `stop` is set or another feed asks for the log; say why it ended.

        Raises LogReplaced when the log is another one, and SecondWriter.
        """
        try:
            self._append(Kind.RUN_START, self.begin_at)
            reason = self._feed_from(self.begin_at)
            self._append(Kind.RUN_END, self.progress.log_time)
        except Stopped:
            reason = self.why()
        except LostOwnership:
            logger.warning("feed lost the tick log", run=self.run_id)
            reason = EndReason.TAKEN_OVER
        self.heartbeat(self.progress)
        return reason

    def _feed_from(self, position: int) -> EndReason:
        while (last := self.feed.last_us) is None or position < last:
            due = self.pace.due_us()
            if last is None and due - position > CATCH_UP_US:
                logger.warning("feed skipped a gap", run=self.run_id, from_us=position, to_us=due)
                self.progress.gaps.append(Gap(position, due))
                position = due
            for emission in self.feed.emissions(position, due):
                if (reason := self._interruption()) is not None:
                    return reason
                self._emit(emission)
                position = emission.log_time
            if (reason := self._interruption()) is not None:
                return reason
            if position != last:
                self.stop.wait(_IDLE_SECONDS)
        return EndReason.FINISHED

    def _interruption(self) -> EndReason | None:
        """Do the housekeeping that is due; return why the run must end, if it must."""
        while True:
            if self.stop.is_set():
                return self.why()
            if time.monotonic() - self._kept_at > HOUSEKEEPING_SECONDS and self._keep_house():
                return EndReason.TAKEN_OVER
            if not self._is_too_far_ahead():
                return None
            self.stop.wait(0.02)

    def _keep_house(self) -> bool:
        """Refresh ownership and heartbeat; return whether another feed asks for the log."""
        self._retried(self.ownership.keep)
        wanted = self._retried(self.ownership.is_wanted_by_another)
        self._kept_at = time.monotonic()
        if self._kept_at - self._beat_at > HEARTBEAT_SECONDS:
            self._beat_at = self._kept_at
            self.heartbeat(self.progress)
        return wanted

    def _is_too_far_ahead(self) -> bool:
        if self.folded is None or self.progress.entries % BACKLOG_CHECK_ENTRIES:
            return False
        return self.progress.entries - self.folded() > self.backlog

    def _emit(self, emission: Emission) -> None:
        ticks = emission.ticks
        if emission.refusals is not None:
            self.progress.count_refusals(emission.refusals)
        if len(ticks):
            verdict = self.validator.judge(ticks, emission.day)
            self.progress.count(ticks, verdict, self.feed.names)
            ticks = ticks[verdict == ACCEPTED]
        self._append(Kind.TICKS if len(ticks) else Kind.CLOCK, emission.log_time, ticks)

    def _append(self, kind: Kind, log_time: int, ticks: NDArray[np.void] | None = None) -> None:
        """Append one entry to every partition, with its part of the ticks; time passes for those without any."""
        number, wall_time = self.progress.entries + 1, wall_clock_us()
        entries = self.assignment.entries(
            _NONE if ticks is None else ticks,
            run_id=self.run_id,
            number=number,
            kind=kind,
            log_time=log_time,
            wall_time=wall_time,
        )
        self._retried(lambda: self._appender.append(entries))
        self.progress.entries, self.progress.log_time = number, log_time

    def _retried(self, ask: Callable[[], Answer]) -> Answer:
        """Return the server's answer, asking again until it comes.  Raises Stopped when told to stop meanwhile."""
        wait = _FIRST_WAIT
        while True:
            try:
                return ask()
            except _UNREACHABLE as problem:
                logger.warning("tick log unavailable", run=self.run_id, problem=str(problem), wait_seconds=wait)
            if self.stop.wait(wait):
                raise Stopped
            wait = min(wait * 2.0, _LONGEST_WAIT)
