"""How a stored score looks outside: the same shape in REST and on the socket (`risk/messages.py`)."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from risk.messages import RiskUpdate, change_percent, rfc3339
from risk.models import LatestRisk, RiskRecord, ScoredInstant

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


def stored_update(row: ScoredInstant, *, record_id: int, symbol: str, source: str) -> RiskUpdate:
    """Return the message of one stored row, equal to the one that was sent when it was stored."""
    price = float(row.price)
    return RiskUpdate(
        id=record_id,
        symbol=symbol,
        risk_score=row.score,
        severity=row.severity,
        state=row.state,
        timestamp=rfc3339(round(row.instant.timestamp() * 1e6)),
        tick_time=rfc3339(round(row.tick_time.timestamp() * 1e6)),
        price=price,
        change_percent=change_percent(price, float(row.previous_close) if row.previous_close else None),
        expected_move=round(100.0 * row.expected_move, 4),
        protection_cost=round(100.0 * row.protection_cost, 4),
        horizon_minutes=row.horizon_minutes,
        source=source,
        live=False,
    )
