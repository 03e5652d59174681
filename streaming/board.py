"""What the operators' board says of processes and stores.  Reads only; what cannot be known is said to be unknown."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, TypeVar

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from riskplatform.lib.health import database_probe
from riskplatform.lib.redis_client import connect
from streaming import services
from streaming.doorbell import seconds_since_ring
from streaming.figures import duration, size
from streaming.models import FeedRun, Heartbeat

T = TypeVar("T")
State = Literal["ok", "wait", "lost", "unknown"]
STORE_AWAY: Final = (redis.RedisError, OSError)
UNKNOWN: Final = "unknown"
_web_began = timezone.now()


@dataclass(frozen=True)
class Line:
    """A process or store: `since` is since when it is in this state, where that is known."""

    name: str
    state: State
    words: str
    since: datetime | None = None
    heard_at: datetime | None = None

    @property
    def heard(self) -> str:
        """How long ago it was heard."""
        return UNKNOWN if self.heard_at is None else f"{duration((timezone.now() - self.heard_at).total_seconds())} ago"


def processes(run: FeedRun | None) -> list[Line]:
    """Return web server, feed, beat, each partition's worker and the watchdog."""
    beats = {row.name: row for row in Heartbeat.objects.all()}
    partitions = run.assigned.partitions if run else (0,)
    web = Line("web server (this one)", "ok", "answers", _web_began, timezone.now())
    workers = [
        _process(f"worker, partition {partition}", beats.get(f"{services.WORKER}:{partition}"))
        for partition in partitions
    ]
    watchdog = _process("watchdog", beats.get("watchdog"))
    return [web, _feed(run, beats.get("feed")), _beat(), *workers, watchdog]


def stores() -> list[Line]:
    """Return the database and the log and bus, each asked just now."""
    return [_database(), _redis()]


def _process(name: str, row: Heartbeat | None) -> Line:
    if row is None:
        return Line(name, "unknown", "has never reported")
    silent = (timezone.now() - row.beat_at).total_seconds()
    if silent > settings.PIPELINE_STALLED_AFTER_SECONDS:
        return Line(name, "lost", f"silent for {duration(silent)}", row.beat_at, row.beat_at)
    return Line(name, "ok", "reports", _began(row), row.beat_at)


def _feed(run: FeedRun | None, row: Heartbeat | None) -> Line:
    """Return the feed's line: a run that has ended is no failure, a feed that says nothing is."""
    if run is not None and run.ended_at is not None:
        return Line("feed", "wait", f"ended: {run.end_reason or 'no reason given'}", run.ended_at,
                    row.beat_at if row else None)  # fmt: skip
    return _process("feed", row)


def _beat() -> Line:
    try:
        with connect() as client:
            silent = seconds_since_ring(client)
    except STORE_AWAY:
        return Line("beat", "unknown", "the store that knows does not answer")
    if silent is None:
        return Line("beat", "unknown", "has never rung")
    rang = timezone.now() - timedelta(seconds=silent)
    if silent > settings.PIPELINE_STALLED_AFTER_SECONDS:
        return Line("beat", "lost", f"silent for {duration(silent)}", rang, rang)
    return Line("beat", "ok", "rings", None, rang)


def _began(row: Heartbeat) -> datetime | None:
    text = row.detail.get("process_began")
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _database() -> Line:
    probe, took = _timed(database_probe)
    if probe.status != "ok":
        return Line("database", "lost", probe.detail)
    name = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(connection.vendor, connection.vendor)
    words = f"{name}, {size(_database_bytes())}, answers in {took:.1f} ms"
    return Line("database", "ok", words, _database_began(), timezone.now())


def _database_bytes() -> int:
    sql = {
        "postgresql": "SELECT pg_database_size(current_database())",
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _database_began() -> datetime | None:
    """Return since when the server runs; None of a file, which nobody starts."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
        began: datetime = cursor.fetchone()[0]
        return began


def _redis() -> Line:
    try:
        with connect() as client:
            told, took = _timed(client.info)
    except STORE_AWAY as problem:
        return Line("tick log and bus", "lost", f"does not answer ({type(problem).__name__})")
    facts: dict[str, Any] = dict(told)
    began = datetime.fromtimestamp(time.time() - int(facts["uptime_in_seconds"]), UTC)
    limit = int(facts.get("maxmemory", 0))
    of = f" of {size(limit)}" if limit else ", no limit set"
    words = f"{size(int(facts['used_memory']))} in memory{of}, answers in {took:.1f} ms"
    return Line("tick log and bus", "ok", words, began, timezone.now())


def _timed(ask: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    return ask(), 1000 * (time.perf_counter() - began)
