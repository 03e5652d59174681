"""The state of the stream, as facts: for heartbeats, the health page and the watchdog. Reads only."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError

from riskplatform.lib.redis_client import connect
from streaming.doorbell import seconds_since_ring
from streaming.judged import judged_until
from streaming.models import FeedRun, FoldCursor, Heartbeat
from streaming.tick_log import platform_log

FeedState = Literal["live", "stale", "closed", "simulated", "replay", "stalled", "unknown"]
FEED_SILENT_AFTER_SECONDS = 10.0


@dataclass(frozen=True)
class PipelineStatus:
    """`lag_seconds` is how long the oldest unfolded entry waits; None where the log cannot be asked.

    `beat_silent_seconds` is None where beat has never rung or the store cannot be asked.  `run` and `judged_at` are the
    cursor's: which run is judged, and until when.
    """

    feed_state: FeedState
    source: str | None
    log_time: int | None
    head: str | None
    position: str | None
    lag_seconds: float | None
    feed_silent_seconds: float | None
    worker_silent_seconds: float | None
    beat_silent_seconds: float | None
    records_written: int
    committed_at: datetime | None
    run: int | None = None
    judged_at: datetime | None = None

    @property
    def overload_seconds(self) -> float | None:
        """How long ticks wait that come faster than they are folded; None in a replay: its feed waits for us."""
        return None if self.source == "replay" else self.lag_seconds

    @property
    def is_stalled(self) -> bool:
        """Whether the worker or beat has not reported for longer than it may."""
        return bool(self.silent_processes)

    @property
    def silent_processes(self) -> list[str]:
        """Which of worker and beat have not reported for longer than they may.

        A worker without its bell does not report either: then only beat is named.
        """
        if _is_silent(self.beat_silent_seconds):
            return ["beat"]
        return ["worker"] if self.worker_silent_seconds is None or _is_silent(self.worker_silent_seconds) else []


def pipeline_status() -> PipelineStatus:
    """Return how the stream stands now. Raises only when the database is down; a lost log is an unknown."""
    cursor = FoldCursor.objects.select_related("run").filter(partition=0).first()
    run = FeedRun.objects.first()
    worker = Heartbeat.objects.filter(name="worker").first()
    silent = (timezone.now() - worker.beat_at).total_seconds() if worker else None
    position = cursor.position if cursor else "0-0"
    head, head_wall, waiting_since = _log_facts(position)
    feed_silent = None if head_wall is None else time.time() - head_wall / 1e6
    beat_silent = None if head is None else _beat_silent()
    is_stalled = silent is None or _is_silent(silent) or _is_silent(beat_silent)
    return PipelineStatus(
        feed_state=_feed_state(run, feed_silent, is_stalled=is_stalled),
        source=run.source if run else None,
        log_time=cursor.log_time if cursor else None,
        head=head,
        position=position,
        lag_seconds=_lag(head, waiting_since),
        feed_silent_seconds=feed_silent,
        worker_silent_seconds=silent,
        beat_silent_seconds=beat_silent,
        records_written=cursor.records_written if cursor else 0,
        committed_at=cursor.updated_at if cursor else None,
        run=cursor.run_id if cursor else None,
        judged_at=judged_until(cursor) if cursor else None,
    )


def _is_silent(seconds: float | None) -> bool:
    return seconds is not None and seconds > settings.PIPELINE_STALLED_AFTER_SECONDS


def _beat_silent() -> float | None:
    try:
        with connect() as client:
            return seconds_since_ring(client)
    except (RedisError, OSError):
        return None


def _lag(head: str | None, waiting_since: int | None) -> float | None:
    if head is None:
        return None
    return 0.0 if waiting_since is None else max(0.0, time.time() - waiting_since / 1e6)


def _log_facts(position: str) -> tuple[str | None, int | None, int | None]:
    log = platform_log()
    try:
        head = log.head(0)
        waiting = log.read(0, after=position, count=1, block_ms=None)
    except (RedisError, OSError):
        return None, None, None
    if head is None:
        return None, None, None
    return head.id, head.wall_time, waiting[0].wall_time if waiting else None


def _feed_state(run: FeedRun | None, feed_silent: float | None, *, is_stalled: bool) -> FeedState:
    if run is None or feed_silent is None:
        return "unknown"
    if is_stalled:
        return "stalled"
    if run.ended_at is not None:
        return "closed"
    if feed_silent > FEED_SILENT_AFTER_SECONDS:
        return "stale"
    return "live" if run.source == "live" else ("simulated" if run.source == "simulated" else "replay")
