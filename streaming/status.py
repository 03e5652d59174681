"""The state of the stream, as facts: for heartbeats, the health page and the watchdog. Reads only."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError

from riskplatform.lib.redis_client import connect
from streaming import services
from streaming.doorbell import seconds_since_ring
from streaming.judged import judged_until
from streaming.log_services import why_stopped
from streaming.models import FeedRun, FoldCursor, Heartbeat
from streaming.tick_entries import parse_id
from streaming.tick_log import platform_log

FeedState = Literal["live", "stale", "closed", "simulated", "replay", "stalled", "unknown"]
FEED_SILENT_AFTER_SECONDS = 10.0


@dataclass(frozen=True)
class PipelineStatus:
    """`lag_seconds` is how long the oldest unfolded entry waits; None where the log cannot be asked.

    `beat_silent_seconds` is None where beat has never rung or the store cannot be asked.  `log_answers` is False while
    the log does not answer, which is not the same as an empty log.  `run` and `judged_at` are of the partition that is
    furthest behind: which run it is in, and until when that is judged.  `log_replaced` says why the log is not the one
    that was folded: then nothing is scored until an operator has accepted it.
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
    log_answers: bool = True
    run: int | None = None
    judged_at: datetime | None = None
    log_replaced: str = ""

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
    """Return how the stream stands now. Raises only when the database is down; a lost log is an unknown.

    Of several partitions the one that is furthest behind speaks for the pipeline.
    """
    run = FeedRun.objects.first()
    partitions = run.assigned.partitions if run else (0,)
    cursors = FoldCursor.objects.select_related("run").in_bulk(partitions)
    behind = [cursors.get(partition, FoldCursor(partition=partition)) for partition in partitions]
    last = min(behind, key=lambda one: parse_id(one.position))
    silent, log = _workers_silent(partitions), _log_facts({one.partition: one.position for one in behind})
    feed_silent = None if log is None or log.head is None else time.time() - log.written_at / 1e6
    beat_silent = None if log is None or log.head is None else _beat_silent()
    log_replaced = why_stopped()
    is_stalled = silent is None or _is_silent(silent) or _is_silent(beat_silent)
    return PipelineStatus(
        feed_state=_feed_state(
            run, feed_silent, is_stalled=is_stalled, is_scorable=log is not None and not log_replaced
        ),
        source=run.source if run else None,
        log_time=min((one.log_time for one in cursors.values()), default=None),
        head=log.head if log else None,
        position=last.position,
        lag_seconds=None if log is None else log.lag_seconds,
        feed_silent_seconds=feed_silent,
        worker_silent_seconds=silent,
        beat_silent_seconds=beat_silent,
        records_written=sum(one.records_written for one in behind),
        committed_at=min(one.updated_at for one in behind) if len(cursors) == len(behind) else None,
        log_answers=log is not None,
        run=last.run_id,
        judged_at=judged_until(last),
        log_replaced=log_replaced,
    )


def _workers_silent(partitions: Collection[int]) -> float | None:
    """Return for how long the partition that was heard least recently has not been worked on; None where one never."""
    names = [f"{services.WORKER}:{partition}" for partition in partitions]
    beats = Heartbeat.objects.filter(name__in=names).values_list("beat_at", flat=True)
    return (timezone.now() - min(beats)).total_seconds() if len(beats) == len(names) else None


def _is_silent(seconds: float | None) -> bool:
    return seconds is not None and seconds > settings.PIPELINE_STALLED_AFTER_SECONDS


def _beat_silent() -> float | None:
    try:
        with connect() as client:
            return seconds_since_ring(client)
    except (RedisError, OSError):
        return None


@dataclass(frozen=True)
class _Log:
    """The newest entry, its wall time (microseconds), and how long the oldest unfolded entry waits.

    Without any entry there is neither a newest nor a waiting one.
    """

    head: str | None
    written_at: int
    lag_seconds: float | None


def _log_facts(positions: Mapping[int, str]) -> _Log | None:
    """Return what the log says of its partitions; None when it does not answer."""
    log = platform_log()
    try:
        heads = [head for partition in positions if (head := log.head(partition)) is not None]
        waiting = log.read_all(positions, count=1)
    except (RedisError, OSError):
        return None
    if not heads:
        return _Log(None, 0, None)
    newest = max(heads, key=lambda head: head.wall_time)
    since = min((entries[0].wall_time for entries in waiting.values()), default=None)
    lag = 0.0 if since is None else max(0.0, time.time() - since / 1e6)
    return _Log(newest.id, newest.wall_time, lag)


def _feed_state(run: FeedRun | None, feed_silent: float | None, *, is_stalled: bool, is_scorable: bool) -> FeedState:
    if run is not None and not is_scorable:
        return "stalled"  # nothing is scored without the log, or on another one
    if run is None or feed_silent is None:
        return "unknown"
    if is_stalled:
        return "stalled"
    if run.ended_at is not None:
        return "closed"
    if feed_silent > FEED_SILENT_AFTER_SECONDS:
        return "stale"
    return "live" if run.source == "live" else ("simulated" if run.source == "simulated" else "replay")
