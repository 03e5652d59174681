"""The state of the stream, as facts: for heartbeats, the health page and the watchdog. Reads only."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError

from streaming.models import FeedRun, FoldCursor, Heartbeat
from streaming.tick_log import platform_log

FeedState = Literal["live", "stale", "closed", "simulated", "replay", "stalled", "unknown"]
FEED_SILENT_AFTER_SECONDS = 10.0


@dataclass(frozen=True)
class PipelineStatus:
    """`lag_seconds` is how long the oldest unfolded entry waits; None where the log cannot be asked."""

    feed_state: FeedState
    source: str | None
    log_time: int | None
    head: str | None
    position: str | None
    lag_seconds: float | None
    feed_silent_seconds: float | None
    worker_silent_seconds: float | None
    records_written: int
    committed_at: datetime | None

    @property
    def is_stalled(self) -> bool:
        """Whether the worker has not reported for longer than it may."""
        return _is_stalled(self.worker_silent_seconds)


def pipeline_status() -> PipelineStatus:
    """Return how the stream stands now. Raises only when the database is down; a lost log is an unknown."""
    cursor = FoldCursor.objects.select_related("run").filter(partition=0).first()
    run = FeedRun.objects.first()
    worker = Heartbeat.objects.filter(name="worker").first()
    silent = (timezone.now() - worker.beat_at).total_seconds() if worker else None
    position = cursor.position if cursor else "0-0"
    head, head_wall, waiting_since = _log_facts(position)
    feed_silent = None if head_wall is None else time.time() - head_wall / 1e6
    return PipelineStatus(
        feed_state=_feed_state(run, feed_silent, silent),
        source=run.source if run else None,
        log_time=cursor.log_time if cursor else None,
        head=head,
        position=position,
        lag_seconds=_lag(head, waiting_since),
        feed_silent_seconds=feed_silent,
        worker_silent_seconds=silent,
        records_written=cursor.records_written if cursor else 0,
        committed_at=cursor.updated_at if cursor else None,
    )


def _is_stalled(worker_silent: float | None) -> bool:
    return worker_silent is None or worker_silent > settings.PIPELINE_STALLED_AFTER_SECONDS


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


def _feed_state(run: FeedRun | None, feed_silent: float | None, worker_silent: float | None) -> FeedState:
    if run is None or feed_silent is None:
        return "unknown"
    if _is_stalled(worker_silent):
        return "stalled"
    if run.ended_at is not None:
        return "closed"
    if feed_silent > FEED_SILENT_AFTER_SECONDS:
        return "stale"
    return "live" if run.source == "live" else ("simulated" if run.source == "simulated" else "replay")
