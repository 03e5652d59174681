"""Counts over the alerts: what waits, what was, and how fast people were.  Reads only."""

from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from alerts.models import Alert, Phase, Status
from risk.configuration import LEVELS

_COUNTS = {
    "total": Count("pk"),
    "firing": Count("pk", filter=Q(phase=Phase.FIRING)),
    **{status.value: Count("pk", filter=Q(status=status)) for status in Status},
}


def alert_statistics() -> dict[str, Any]:
    """Return counts by state, together and by the severity at the peak, and people's mean times in seconds."""
    counted: Any = Alert.objects.values("peak_severity").annotate(**_COUNTS)
    rows = {row["peak_severity"]: {name: row[name] for name in _COUNTS} for row in counted}
    none = dict.fromkeys(_COUNTS, 0)
    by_severity = {level: rows.get(level, none) for level in reversed(LEVELS)}
    times = Alert.objects.aggregate(
        acknowledge=_mean_since_raised("acknowledged_at"), resolve=_mean_since_raised("resolved_at")
    )
    return {
        **{name: sum(row[name] for row in by_severity.values()) for name in _COUNTS},
        "by_severity": by_severity,
        "mean_seconds_to_acknowledge": _seconds(times["acknowledge"]),
        "mean_seconds_to_resolve": _seconds(times["resolve"]),
    }


def _mean_since_raised(field: str) -> Avg:
    return Avg(ExpressionWrapper(F(field) - F("raised_at"), output_field=DurationField()))


def _seconds(mean: timedelta | None) -> float | None:
    return None if mean is None else round(mean.total_seconds(), 3)
