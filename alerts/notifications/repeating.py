"""Reminders of alerts that nobody has taken care of, counted from when the last message about them arrived."""

from datetime import datetime, timedelta

from alerts.notifications import audience
from alerts.notifications.keys import digest
from alerts.outbox_models import Delivery, Notice

REMINDED = (Notice.Event.OPENED, Notice.Event.ROSE, Notice.Event.REPEAT)


def plan_repeats(sent: Delivery, *, now: datetime) -> None:
    """Write the reminders of what a delivery told; the notifier drops those that nobody needs when they are due."""
    at = now + timedelta(hours=audience.policy().repeat_hours)
    told = sent.notices.filter(event__in=REMINDED)
    Notice.objects.bulk_create([_repeat(notice, at) for notice in told], ignore_conflicts=True)


def _repeat(notice: Notice, at: datetime) -> Notice:
    return Notice(
        key=digest([notice.key, "repeat"]),
        channel_id=notice.channel_id,
        event=Notice.Event.REPEAT,
        severity=notice.severity,
        alert_key=notice.alert_key,
        alert_id=notice.alert_id,
        instant=notice.instant,
        facts=notice.facts,
        not_before=at,
        due_at=at,
    )
