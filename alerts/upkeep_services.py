"""What the platform itself does to the people's half of alerts; no fold of the log does it again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from alerts import timeline
from alerts.messages import alert_message
from alerts.models import Alert, AlertEvent, Phase, Status
from audit import services as audit
from riskplatform.lib.broadcast import publish_on_commit

PLATFORM: Final = "platform"
MOST_AT_ONCE: Final = 1_000
MILD: Final = ("LOW", "MEDIUM")


@transaction.atomic
def acknowledge_forgotten(*, before: datetime, now: datetime) -> int:
    """Acknowledge what ended before `before` (wall clock), never was HIGH, and nobody touched; return how many.

    The rows are locked, so that a person who is faster is not overruled; what is left over waits for the next call.
    """
    ended = AlertEvent.objects.filter(kind=AlertEvent.Kind.ENDED, recorded_at__lt=before).values("alert")
    untouched = Alert.objects.filter(status=Status.OPEN, phase=Phase.ENDED, peak_severity__in=MILD, assignee_id=None)
    rows = list(
        untouched.filter(pk__in=ended).select_for_update(of=["self"]).select_related("instrument")[:MOST_AT_ONCE]
    )
    Alert.objects.filter(pk__in=[alert.pk for alert in rows]).update(
        status=Status.ACKNOWLEDGED, acknowledged_by=PLATFORM, acknowledged_at=now
    )
    for alert in rows:
        alert.status, alert.acknowledged_by, alert.acknowledged_at = Status.ACKNOWLEDGED, PLATFORM, now
    note_by_platform(rows, AlertEvent.Kind.ACKNOWLEDGED, now=now)
    publish_on_commit("alert", [alert_message(alert, event=AlertEvent.Kind.ACKNOWLEDGED) for alert in rows])
    return len(rows)


@transaction.atomic
def delete_old_alerts(*, before: datetime) -> int:
    """Delete alerts that ended and were resolved before `before`; return how many went.  Their audit entries stay.

    Of a replay, whose instants are years old, the resolution decides.
    """
    _, deleted = Alert.objects.filter(ended_at__lt=before, resolved_at__lt=before, status=Status.RESOLVED).delete()
    return deleted.get(Alert._meta.label, 0)


@transaction.atomic
def note_by_platform(alerts: Sequence[Alert], kind: AlertEvent.Kind, *, now: datetime) -> None:
    """Audit and put into the timelines what was just done to `alerts`, in the caller's transaction."""
    details = [{"symbol": alert.symbol, "severity": alert.severity} for alert in alerts]
    audit.record_many(
        [
            audit.Draft(f"alert_{kind.value}", actor_name=PLATFORM, object_type="alert", object_id=alert.pk, detail=one)
            for alert, one in zip(alerts, details, strict=True)
        ]
    )
    lines = [timeline.platform_line(alert, kind, by=PLATFORM, now=now) for alert in alerts]
    AlertEvent.objects.bulk_create(lines)
