"""How a stored score looks outside: the same shape in REST and on the socket (`risk/messages.py`)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, TypedDict

import numpy as np
from rest_framework import serializers

from risk.messages import RiskUpdate, change_percent, stamp
from risk.models import LatestRisk, MinuteBar, RiskRecord, ScoredInstant
from risk.quant.features import CATALOGUE, FEATURES
from risk.quant.ranks import mid_ranks
from risk.storage import known

MINUTE = timedelta(minutes=1)
UNKNOWN_SOURCE = "unknown"
RANK_MINUTES: Final = 375  # a session of trading
FEWEST_RANKED: Final = 30
CELLS: Final = 4 * len(FEATURES)


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
    """One feature at the close of a minute; `value` is null where it is unknown, `age` is in seconds.

    `normal` is its value on an ordinary day, null where only history can tell; `rank` is the share of the
    `rank_minutes` minutes before it whose value was lower, null among fewer than thirty.
    """

    value: float | None
    n: float
    coverage: float
    age: float | None
    family: str
    unit: str
    window: str
    normal: float | None
    rank: float | None
    rank_minutes: int


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


def record_detail(record: RiskRecord, *, minutes: Sequence[MinuteBar], source: str) -> RecordDetail:
    """Return a record with its reasons; `minutes` are the last of its run that had closed, newest first."""
    update = stored_update(record, record_id=record.pk, symbol=record.instrument.symbol, source=source)
    return RecordDetail(
        **update,
        engine_version=record.engine_version,
        model_version=record.model_version,
        decomposition=record.decomposition,
        features_at=stamp(minutes[0].start + MINUTE) if minutes else None,
        features=readings([bytes(minute.features or b"") for minute in minutes]),
    )


def readings(minutes: Sequence[bytes]) -> dict[str, Reading]:
    """Return the stored features of the first minute by name, with their rank among the minutes after it.

    A minute that has none, or has another catalogue's, counts for nothing; if it is the first, there are no readings.
    """
    tables = [np.frombuffer(cells, dtype=np.float32) for cells in minutes]
    if not tables or tables[0].size != CELLS:
        return {}
    values, n, coverage, age = tables[0].reshape(4, len(FEATURES)).astype(float)
    before = [table[: len(FEATURES)] for table in tables[1:] if table.size == CELLS]
    ranks = mid_ranks(values, np.array(before, dtype=float).reshape(-1, len(FEATURES)), least=FEWEST_RANKED)
    return {
        feature.name: Reading(
            value=known(values[place]),
            n=n[place],
            coverage=coverage[place],
            age=known(age[place]),
            family=feature.family,
            unit=feature.unit,
            window=feature.window,
            normal=feature.normal,
            rank=known(ranks.share[place]),
            rank_minutes=int(ranks.among[place]),
        )
        for place, feature in enumerate(CATALOGUE)
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
