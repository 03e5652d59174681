"""The feed's heartbeat: that it is alive, how far it is, and the gaps that outages left."""

import threading
import time
from collections.abc import Mapping

import structlog
from django.db import DatabaseError, connection

from streaming import services
from streaming.feed_progress import Gap, Progress
from streaming.models import FeedRun

logger = structlog.get_logger(__name__)


class BackgroundBeat:
    """Writes the feed's heartbeat and its gaps in a thread of its own: the feed never waits for the database."""

    def __init__(self, *, choice: int | None = None) -> None:
        """`choice` is the version of the source that this feed follows; None for one that its command line fixed."""
        self._choice = choice
        self._thread: threading.Thread | None = None
        self._gaps_told = 0
        self._before: tuple[int, int, float] | None = None  # run, ticks read and clock of the beat before

    def __call__(self, run: FeedRun, progress: Progress) -> None:
        """Write a heartbeat, unless the one before is still being written."""
        if self._thread is not None and self._thread.is_alive():
            return
        detail = {
            "run": run.pk,
            "choice": self._choice,
            "entries": progress.entries,
            "read": progress.read,
            "accepted": progress.accepted,
            "refused": dict(progress.refused),
            "warned": dict(progress.warned),
            "gaps": len(progress.gaps),
            "ticks_per_second": self._rate(run.pk, progress.read),
        }
        gaps = progress.gaps[self._gaps_told :]
        self._thread = threading.Thread(target=self._write, args=(run, gaps, detail), daemon=True)
        self._thread.start()

    def _rate(self, run: int, read: int) -> float | None:
        """Return the ticks that came a second since the beat before of this run, None at its first."""
        before, now = self._before, time.monotonic()
        self._before = run, read, now
        if before is None or before[0] != run or now <= before[2]:
            return None
        return round((read - before[1]) / (now - before[2]), 1)

    def _write(self, run: FeedRun, gaps: list[Gap], detail: Mapping[str, object]) -> None:
        began = time.monotonic()
        try:
            for gap in gaps:
                services.record_gap(run, gap)
                self._gaps_told += 1
            services.beat("feed", **detail)
        except DatabaseError as problem:
            logger.warning("heartbeat not written", problem=str(problem), seconds=time.monotonic() - began)
        finally:
            connection.close()
