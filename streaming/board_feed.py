"""What the operators' board says of the feed and of each partition.  Reads only."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Sum

from risk.models import ConfigAdoption, Instrument, MinuteBar
from streaming.board import STORE_AWAY, UNKNOWN
from streaming.figures import duration, indian
from streaming.models import FeedRun, FoldCursor, Heartbeat
from streaming.tick_log import platform_log


@dataclass(frozen=True)
class Count:
    """How many ticks of a reason."""

    reason: str
    ticks: str


@dataclass(frozen=True)
class FeedFacts:
    """The newest run.  `rate` is of its last closed minute; counts are None before the feed has reported any."""

    run: FeedRun
    read: str
    accepted: str
    refused: list[Count] | None
    warned: list[Count] | None
    rate: str
    minute: datetime | None


@dataclass(frozen=True)
class Partition:
    """How far a partition is folded; what the log did not say is `unknown`."""

    number: int
    position: str
    lag: str
    entries: str
    records: str
    late: str
    committed_at: datetime | None
    config_version: int | None


def feed(run: FeedRun) -> FeedFacts:
    """Return the run's account: stored when it ended, told with each heartbeat before."""
    told = _account(run)
    minute, ticks = _last_minute(run)
    return FeedFacts(
        run=run,
        read=_number(told.get("read")),
        accepted=_number(told.get("accepted")),
        refused=_counts(told.get("refused")),
        warned=_counts(told.get("warned")),
        rate=UNKNOWN if ticks is None else f"{ticks / 60:.1f}",
        minute=minute,
    )


def partitions(run: FeedRun | None, adoptions: list[ConfigAdoption]) -> list[Partition]:
    """Return every partition of the run."""
    numbers = run.assigned.partitions if run else (0,)
    cursors = FoldCursor.objects.defer("state").in_bulk(numbers)
    adopted = {row.partition: row.version_id for row in adoptions if run and row.run == run.pk}
    return [_partition(number, cursors.get(number), adopted.get(number)) for number in numbers]


def _account(run: FeedRun) -> Mapping[str, Any]:
    if run.ended_at is not None:
        return {
            "read": run.ticks_read,
            "accepted": run.ticks_accepted,
            "refused": run.refused,
            "warned": run.warned,
        }
    row = Heartbeat.objects.filter(name="feed").first()
    return row.detail if row is not None and row.detail.get("run") == run.pk else {}


def _last_minute(run: FeedRun) -> tuple[datetime | None, int | None]:
    """Return the newest closed minute of the run and its ticks; copies of an instrument are counted once."""
    own = MinuteBar.objects.filter(run=run.pk, is_warm_up=False)
    session = own.aggregate(last=Max("session"))["last"]
    if session is None:
        return None, None
    # Session and minute lead the index of a run's bars; `start` does not.
    minute = own.filter(session=session).aggregate(last=Max("minute"))["last"]
    bars = own.filter(session=session, minute=minute, instrument__in=Instrument.objects.values("pk"))
    found = bars.aggregate(start=Max("start"), ticks=Sum("ticks"))
    return found["start"], found["ticks"]


def _partition(number: int, cursor: FoldCursor | None, version: int | None) -> Partition:
    position = cursor.position if cursor else "0-0"
    lag, entries = _log_of(number, position)
    return Partition(
        number=number,
        position=position,
        lag=lag,
        entries=entries,
        records=indian(cursor.records_written, decimals=0) if cursor else UNKNOWN,
        late=indian(cursor.late, decimals=0) if cursor else UNKNOWN,
        committed_at=cursor.updated_at if cursor else None,
        config_version=version,
    )


def _log_of(partition: int, position: str) -> tuple[str, str]:
    """Return how long the oldest unfolded entry waits, and how many entries are kept."""
    log = platform_log()
    try:
        kept, waiting = log.length(partition), log.read(partition, after=position, count=1)
    except STORE_AWAY:
        return UNKNOWN, UNKNOWN
    lag = max(0.0, time.time() - waiting[0].wall_time / 1e6) if waiting else 0.0
    return ("none" if not waiting else f"{1000 * lag:.0f} ms" if lag < 1 else duration(lag)), indian(kept, decimals=0)


def _number(count: object) -> str:
    return indian(count, decimals=0) if isinstance(count, int) else UNKNOWN


def _counts(told: object) -> list[Count] | None:
    if not isinstance(told, dict):
        return None
    counted = sorted(told.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    return [Count(str(reason).replace("_", " "), indian(int(ticks), decimals=0)) for reason, ticks in counted if ticks]
