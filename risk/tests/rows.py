"""Stored scores for tests."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
from django.utils import timezone

from risk import rollup_services as rollups
from risk.models import Instrument, LatestRisk, MinuteBar, RiskRecord, Severity
from risk.quant.scoring import FAMILIES
from risk.storage import microseconds

SYMBOLS = ("NIFTY", "RELIANCE", "M&M")


def make_instruments(symbols: tuple[str, ...] = SYMBOLS) -> list[Instrument]:
    """Return the instruments of these symbols, made where a migration has not made them."""
    return [
        Instrument.objects.get_or_create(symbol=s, defaults={"name": s.title(), "kind": "share"})[0] for s in symbols
    ]


def fields(*, run: int = 1, instant: datetime | None = None, **changes: object) -> dict[str, object]:
    at = instant or timezone.now()
    facts: dict[str, object] = {
        "run": run,
        "instant": at,
        "tick_time": at - timedelta(milliseconds=300),
        "price": Decimal("2450.5000"),
        "previous_close": Decimal("2400.0000"),
        "score": 0.8125,
        "severity": "HIGH",
        "state": "OK",
        "expected_move": 0.0052,
        "barrier": 0.004,
        "protection_cost": 0.00171,
        "horizon_minutes": 60.0,
        "engine_version": "test",
    }
    return {**facts, **changes}


def store_latest(instrument: Instrument, *, record_id: int, **changes: object) -> LatestRisk:
    return LatestRisk.objects.create(instrument=instrument, record_id=record_id, **fields(**changes))  # type: ignore[arg-type]  # kinds are checked by the columns


def store_record(instrument: Instrument, *, record_id: int, is_summed: bool = True, **changes: object) -> RiskRecord:
    """Store a record and count it, as a commit does; without `is_summed` as if its minute had not passed yet."""
    record = RiskRecord.objects.create(instrument=instrument, id=record_id, **fields(**changes))  # type: ignore[arg-type]  # kinds are checked by the columns
    at, level = microseconds(record.instant), Severity.values.index(record.severity)
    told: dict[str, float] | None = record.decomposition
    points = None if told is None else np.array([[told.get(family, 0.0) for family in FAMILIES]])
    counted = rollups.Counted(record.run, at, record_id, record_id, np.array([record.score]), np.array([level]), points)
    rollups.count_instants([counted], partition=record_id % 64)
    if is_summed:
        sum_up(run=record.run, partition=record_id % 64, since=at, until=at + rollups.HOUR_US)
    return record


def sum_up(*, run: int, partition: int, since: int, until: int | None) -> None:
    """Sum what the instruments that are in a partition now have, as a commit does."""
    own = list(Instrument.objects.filter(partition=partition).values_list("pk", flat=True))
    rollups.sum_up(run=run, partition=partition, instruments=own, since=since, until=until)


def store_bar(
    instrument: Instrument, *, run: int, minute: int, start: datetime, features: bytes | None = None
) -> MinuteBar:
    prices = dict.fromkeys(("open", "high", "low", "close"), Decimal("2450.00"))
    return MinuteBar.objects.create(
        lineage="recorded", run=run, instrument=instrument, session=20210408, minute=minute, start=start, ticks=1,
        features=features, **prices,
    )  # fmt: skip


LONG_AGO = datetime(2021, 4, 8, 5, 0, tzinfo=UTC)
