"""The only writer of runs, cursors and heartbeats; and the one publisher of live values, which are not stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from risk import history_services as history
from risk import record_services as records
from risk.configuration import RiskConfig
from risk.models import MinuteBar
from risk.quant.windows import BAR
from riskplatform.lib.broadcast import publish
from streaming.models import FeedRun, Heartbeat, RejectedTick

LINEAGE = {"simulated": "simulated", "replay": "recorded", "live": "live"}
SAMPLES_AT_MOST = 1_000


@transaction.atomic
def open_run(*, source: str, description: str, session: int, warm_up: NDArray[np.void] | None = None) -> FeedRun:
    """Open a run that begins in `session`: its past is fixed here, so that every refold of it agrees.

    `warm_up` are bars (dtype BAR) of the session's minutes before the run's first tick.
    """
    lineage = LINEAGE[source]
    run = FeedRun.objects.create(
        source=source,
        lineage=lineage,
        description=description[:200],
        profile_session=history.newest_profile_session(lineage=lineage, before=session),
        started_at=timezone.now(),
    )
    if warm_up is not None:
        history.store_bars(lineage=lineage, run=run.pk, bars=warm_up, is_warm_up=True)
    return run


@transaction.atomic
def close_run(run: FeedRun, *, reason: str, read: int, accepted: int, refused: Mapping[str, int]) -> None:
    """Note how a run ended and what it did with each tick it read; a run ends once."""
    FeedRun.objects.filter(pk=run.pk, ended_at=None).update(
        ended_at=timezone.now(),
        end_reason=reason[:100],
        ticks_read=read,
        ticks_accepted=accepted,
        refused=dict(refused),
    )


@transaction.atomic
def store_rejected(run: FeedRun, samples: Sequence[Mapping[str, Any]]) -> None:
    """Store samples of refused ticks: mappings with `reason`, `symbol` and `detail`."""
    now = timezone.now()
    RejectedTick.objects.bulk_create(
        [
            RejectedTick(run=run, reason=s["reason"], symbol=s["symbol"][:64], detail=s["detail"], received_at=now)
            for s in samples
        ]
    )


def beat(name: str, **detail: Any) -> None:
    """Note that `name` did its work just now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": timezone.now(), "detail": detail})


def stored_bars(*, run: int, warm_up: bool, since: datetime | None = None) -> NDArray[np.void]:
    """Return a run's stored bars as dtype BAR, by minute and instrument: those it closed, or those it began with."""
    rows = MinuteBar.objects.filter(run=run, is_warm_up=warm_up).order_by("session", "minute", "instrument_id")
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
