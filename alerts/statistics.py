"""Counts over the alerts: what waits, what was, how fast people were, and how often for nothing.  Reads only."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from alerts.models import Alert, Classification, Phase, Status
from risk.configuration import LEVELS

_COUNTS: Final = {
    "total": Count("pk"),
    "firing": Count("pk", filter=Q(phase=Phase.FIRING)),
    "recovering": Count("pk", filter=Q(phase=Phase.RECOVERING)),
    **{status.value: Count("pk", filter=Q(status=status)) for status in Status},
}
FALSE: Final = [Classification.DATA_ISSUE, Classification.MODEL]
REAL: Final = [Classification.TRUE_BREACH, Classification.NEWS, Classification.EXPIRY_EFFECT]
NOISIEST: Final = 10
_FALSE: Final = Count("pk", filter=Q(classification__in=FALSE))


def alert_statistics() -> dict[str, Any]:
    """Return counts by state, together and by the severity at the peak; people's mean times in seconds; the share of
    false alarms among what was classified as one or the other; and the rules and symbols with the most alerts.
    """
    counted: Any = Alert.objects.values("peak_severity").annotate(**_COUNTS)
    rows = {row["peak_severity"]: {name: row[name] for name in _COUNTS} for row in counted}
    none = dict.fromkeys(_COUNTS, 0)
    by_severity = {level: rows.get(level, none) for level in reversed(LEVELS)}
    found = Alert.objects.aggregate(
        acknowledge=_mean_since_raised("acknowledged_at"),
        resolve=_mean_since_raised("resolved_at"),
        **{one.value: Count("pk", filter=Q(classification=one)) for one in Classification},
    )
    return {
        **{name: sum(row[name] for row in by_severity.values()) for name in _COUNTS},
        "by_severity": by_severity,
        "mean_seconds_to_acknowledge": _seconds(found["acknowledge"]),
        "mean_seconds_to_resolve": _seconds(found["resolve"]),
        "by_classification": {one.value: found[one.value] for one in Classification},
        "false_alarm_rate": _false_alarm_rate(found),
        "noisiest_rules": _noisiest("rule"),
        "noisiest_symbols": _noisiest("instrument__symbol", Q(instrument__isnull=False)),
    }


def _false_alarm_rate(found: dict[str, Any]) -> float | None:
    """Return the share of false alarms among what was classified, without `other`; None where nothing was."""
    false, real = (sum(int(found[one.value]) for one in kinds) for kinds in (FALSE, REAL))
    return round(false / (false + real), 4) if false + real else None


def _noisiest(name: str, those: Q | None = None) -> list[dict[str, Any]]:
    counted: Any = Alert.objects.filter(those or Q()).values(name).annotate(alerts=Count("pk"), false=_FALSE)
    return [
        {"name": row[name], "alerts": row["alerts"], "false_alarms": row["false"]}
        for row in counted.order_by("-alerts", name)[:NOISIEST]
    ]


def _mean_since_raised(field: str) -> Avg:
    """Average people's time; what the platform acknowledged by itself was nobody's work."""
    waited = ExpressionWrapper(F(field) - F("raised_at"), output_field=DurationField())
    return Avg(waited, filter=Q(acknowledged_by_id__isnull=False) if field == "acknowledged_at" else None)


def _seconds(mean: timedelta | None) -> float | None:
    return None if mean is None else round(mean.total_seconds(), 3)
