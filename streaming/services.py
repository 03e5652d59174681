"""The only writer of runs, cursors and heartbeats; and the one publisher of live values, which are not stored."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from audit import services as audit
from risk import history_services as history
from risk import partition_services as partitions
from risk import record_services as records
from risk.configuration import RiskConfig
from risk.messages import rfc3339
from risk.models import MinuteBar
from risk.quant.windows import BAR
from risk.storage import moment
from riskplatform.lib.broadcast import publish
from streaming.assignment import Assignment
from streaming.feed_progress import Gap
from streaming.models import FeedRun, FoldCursor, Heartbeat, RejectedTick

LINEAGE = {"simulated": "simulated", "replay": "recorded", "live": "live"}
SAMPLES_AT_MOST = 1_000
WORKER = "worker"
FEED_GAP = "feed_gap"
_process_began = timezone.now()


@transaction.atomic
def open_run(*, source: str, description: str, session: int, warm_up: NDArray[np.void] | None = None) -> FeedRun:
    """Open a run that begins in `session`: its past is fixed here, so that every refold of it agrees.

    `warm_up` are bars (dtype BAR) of the session's minutes before the run's first tick.
    """
    lineage = LINEAGE[source]
    members = partitions.spread(settings.TICK_PARTITIONS)
    run = FeedRun.objects.create(
        source=source,
        lineage=lineage,
        description=description[:200],
        profile_session=history.newest_profile_session(lineage=lineage, before=session),
        assignment=Assignment.of(members.of, members.copies).stored(),
        started_at=timezone.now(),
    )
    partitions.copy_past(lineage=lineage, session=run.profile_session)
    if warm_up is not None:
        bars = np.concatenate([warm_up, *_copied(warm_up, members.copies)])
        history.store_bars(lineage=lineage, run=run.pk, bars=bars, is_warm_up=True)
    return run


def _copied(bars: NDArray[np.void], copies: Mapping[int, int]) -> Iterator[NDArray[np.void]]:
    """Yield the bars that copies have from their originals."""
    for copy, original in copies.items():
        own = bars[bars["instrument"] == original].copy()
        own["instrument"] = copy
        yield own


@transaction.atomic
def close_run(
    run: FeedRun,
    *,
    reason: str,
    read: int,
    accepted: int,
    refused: Mapping[str, int],
    warned: Mapping[str, int] | None = None,
) -> None:
    """Note how a run ended and what it did with each tick it read; a run ends once.

    `warned` counts accepted ticks by what is odd about them.
    """
    FeedRun.objects.filter(pk=run.pk, ended_at=None).update(
        ended_at=timezone.now(),
        end_reason=reason[:100],
        ticks_read=read,
        ticks_accepted=accepted,
        refused=dict(refused),
        warned=dict(warned or {}),
    )


def record_gap(run: FeedRun, gap: Gap) -> None:
    """Note for good that a feed left out a span of time."""
    audit.record(
        action=FEED_GAP,
        actor_name="feed",
        object_type="run",
        object_id=run.pk,
        detail={"run": run.pk, "after": rfc3339(gap.after), "until": rfc3339(gap.until)},
    )


@transaction.atomic
def store_rejected(run: FeedRun, samples: Sequence[Mapping[str, Any]]) -> None:
    """Store samples of ticks that were refused or accepted with a warning.

    Each is a mapping with `reason`, `symbol`, `detail` and `received_at` (microseconds UTC).
    """
    RejectedTick.objects.bulk_create(
        RejectedTick(
            run=run,
            reason=sample["reason"],
            symbol=sample["symbol"][:64],
            detail=sample["detail"],
            received_at=moment(sample["received_at"]),
        )
        for sample in samples
    )


def beat(name: str, **detail: Any) -> None:
    """Note that `name` did its work just now, and since when its process runs."""
    detail["process_began"] = _process_began.isoformat()
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": timezone.now(), "detail": detail})


def beat_worker(partition: int, *, position: str) -> None:
    """Note that a worker did its work in a partition; each has a row of its own, so that none waits for another."""
    beat(f"{WORKER}:{partition}", partition=partition, position=position)


def beat_workers(partitions: Collection[int]) -> None:
    """Note that a worker is there for partitions that cannot be folded now."""
    for partition, position in FoldCursor.objects.filter(pk__in=partitions).values_list("pk", "position"):
        beat_worker(partition, position=position)


def stored_bars(
    *, run: int, instruments: NDArray[np.int64], warm_up: bool, since: datetime | None = None
) -> NDArray[np.void]:
    """Return a run's stored bars of `instruments` as dtype BAR, by minute: those it closed, or those it began with."""
    rows = MinuteBar.objects.filter(run=run, is_warm_up=warm_up, instrument__in=instruments.tolist())
    rows = rows.order_by("session", "minute", "instrument_id")
    if since is not None:
        rows = rows.filter(start__gte=since)
    return np.array([_bar(row) for row in rows], dtype=BAR)


def _bar(row: MinuteBar) -> tuple[Any, ...]:
    prices = (round(100 * value) for value in (row.open, row.high, row.low, row.close))
    unknown = float("nan")
    volume, odds, spread = (unknown if value is None else value for value in (row.volume, row.log_odds, row.spread_bp))
    start = round(row.start.timestamp()) * 1_000_000
    return (row.instrument_id, row.session, row.minute, start, *prices, volume, row.ticks, odds, spread)


def publish_live(rows: NDArray[np.void], *, run: int, source: str, instant: int, config: RiskConfig) -> None:
    """Send scores newer than their stored records to the browsers: conflated, not stored, at once."""
    updates = [
        records.update_from_row(row, run=run, record_id=None, instant=instant, source=source, config=config, live=True)
        for row in rows
    ]
    if updates:
        publish("live", list(updates))
