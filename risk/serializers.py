"""How a stored score looks outside: the same shape in REST and on the socket (`risk/messages.py`)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypedDict

import numpy as np
from rest_framework import serializers

from risk.messages import RiskUpdate, change_percent, stamp
from risk.models import LatestRisk, MinuteBar, RiskRecord, ScoredInstant
from risk.quant.features import FEATURES
from risk.storage import known

MINUTE = timedelta(minutes=1)
UNKNOWN_SOURCE = "unknown"


class ScoreSerializer(serializers.BaseSerializer[Any]):
    """Shapes a row with its instrument; context `sources` maps a run to its feed's source."""

    def to_representation(self, instance: RiskRecord | LatestRisk) -> RiskUpdate:
        sources: Mapping[int, str] = self.context.get("sources", {})
        record_id = instance.record_id if isinstance(instance, LatestRisk) else instance.pk
        return stored_update(
            instance,
            record_id=record_id,
            symbol=instance.instrument.symbol,
            source=sources.get(instance.run, UNKNOWN_SOURCE),
        )


class Reading(TypedDict):
    """One feature at the close of a minute; `value` is null where it is unknown, `age` is in seconds."""

    value: float | None
    n: float
    coverage: float
    age: float | None


class RecordDetail(RiskUpdate):
    """A record and why it says so: points by family that add up to `risk_score - base`, and features.

    `decomposition` is null in records from before it was kept; features are those of the last minute that had closed,
    at its end `features_at`.
    """

    engine_version: str
    model_version: str
    decomposition: dict[str, float] | None
    features_at: str | None
    features: dict[str, Reading]


def record_detail(record: RiskRecord, *, minute: MinuteBar | None, source: str) -> RecordDetail:
    """Return a record with its reasons; `minute` is the last of its run that had closed, None before the first."""
    update = stored_update(record, record_id=record.pk, symbol=record.instrument.symbol, source=source)
    return RecordDetail(
        **update,
        engine_version=record.engine_version,
        model_version=record.model_version,
        decomposition=record.decomposition,
        features_at=stamp(minute.start + MINUTE) if minute else None,
        features=readings(bytes(minute.features or b"")) if minute else {},
    )


def readings(cells: bytes) -> dict[str, Reading]:
    """Return stored features by name; none for a minute that has none, or has another catalogue's."""
    table = np.frombuffer(cells, dtype=np.float32)
    if table.size != 4 * len(FEATURES):
        return {}
    rows = table.reshape(4, len(FEATURES)).T.tolist()
    return {
        name: Reading(value=known(value), n=n, coverage=coverage, age=known(age))
        for name, (value, n, coverage, age) in zip(FEATURES, rows, strict=True)
    }


def stored_update(row: ScoredInstant, *, record_id: int, symbol: str, source: str) -> RiskUpdate:
    """Return the message of one stored row, equal to the one that was sent when it was stored."""
    price = float(row.price)
    return RiskUpdate(
        id=record_id,
        run=row.run,
        symbol=symbol,
        risk_score=row.score,
        severity=row.severity,
        state=row.state,
        timestamp=stamp(row.instant),
        tick_time=stamp(row.tick_time),
        price=price,
        change_percent=change_percent(price, float(row.previous_close) if row.previous_close else None),
        expected_move=round(100.0 * row.expected_move, 4),
        protection_cost=round(100.0 * row.protection_cost, 4),
        horizon_minutes=row.horizon_minutes,
        source=source,
        live=False,
    )
