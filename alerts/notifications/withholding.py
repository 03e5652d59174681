"""Withheld notices, looked at again: what is withheld no longer goes out, in one message per channel.

What its alert's end or somebody's hand has made pointless is dropped, and says so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from alerts.models import Alert, Phase, Status
from alerts.notifications.mutes import subject
from alerts.notifications.muting import Mutes
from alerts.outbox_models import Notice

ENDED: Final = "the alert has ended"


@dataclass(frozen=True)
class _Withheld:
    """What of one alert is withheld alike; every event of the machine has an alert."""

    alert_id: int | None
    event: str
    severity: str
    reason: str

    @property
    def rows(self) -> QuerySet[Notice]:
        return Notice.objects.filter(
            state=Notice.State.WITHHELD, alert_id=self.alert_id, event=self.event, severity=self.severity,
            reason=self.reason,
        )  # fmt: skip


@transaction.atomic
def review(mutes: Mutes, *, now: datetime) -> int:
    """Let go of what nothing withholds any more, and drop what nobody needs; return how many notices were decided."""
    rows = Notice.objects.filter(state=Notice.State.WITHHELD).order_by("alert_id", "event", "severity", "reason")
    withheld = [_Withheld(*row) for row in rows.values_list("alert_id", "event", "severity", "reason").distinct()]
    ids = {one.alert_id for one in withheld if one.alert_id is not None}
    alerts = {alert.pk: alert for alert in Alert.objects.filter(pk__in=ids).select_related("instrument")}
    return sum(_review(one, alerts.get(one.alert_id or 0), mutes, now) for one in withheld)


def is_pointless(event: str, alert: Alert) -> bool:
    """Return whether an event that was withheld need not be told later, since its episode is over.

    An escalation does not stop by ending: an episode that nobody looked at still needs somebody.
    """
    return alert.phase == Phase.ENDED and event != Notice.Event.ESCALATED


def _review(one: _Withheld, alert: Alert | None, mutes: Mutes, now: datetime) -> int:
    if alert is None:  # a fold of the same log raised it anew, under another number: rather told than lost
        return _let_go(one, now)
    if is_pointless(one.event, alert):
        return _drop(one, ENDED)
    if reason := mutes.reason(subject(alert, told=one.severity)):
        if reason != one.reason:
            one.rows.update(reason=reason)
        return 0
    if alert.status != Status.OPEN:
        return _drop(one, f"the alert is {alert.status}")
    return _let_go(one, now)


def _let_go(one: _Withheld, now: datetime) -> int:
    return one.rows.update(state=Notice.State.WAITING, reason="", not_before=now, due_at=now)


def _drop(one: _Withheld, why: str) -> int:
    return one.rows.update(state=Notice.State.DROPPED, reason=f"{one.reason}; {why}")
