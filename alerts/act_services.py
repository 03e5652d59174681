"""How an act of a person is done: by conditional update, with audit, timeline and broadcast in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from alerts import timeline
from alerts.messages import alert_message
from alerts.models import Alert, AlertEvent, Status
from audit import services as audit
from riskplatform.lib import errors
from riskplatform.lib.broadcast import publish_on_commit


class AlertMissing(errors.Missing):
    code = "alert_not_found"


class AlertMoved(errors.Conflict):
    """The alert is not in a state in which the act makes sense; `current` is the one it is in."""

    code = "alert_moved"

    def __init__(self, alert: Alert, *, sentence: str = "") -> None:
        by = {Status.RESOLVED: alert.resolved_by, Status.ACKNOWLEDGED: alert.acknowledged_by}.get(Status(alert.status))
        super().__init__(sentence or f"The alert is {alert.status} already{f', by {by}' if by else ''}.")
        self.current = alert_message(alert, event="current")

    def more(self) -> dict[str, object]:
        return {"current": self.current}


@dataclass(frozen=True)
class Act:
    """What somebody does: when it makes sense, what it sets, and what the timeline says of it."""

    kind: AlertEvent.Kind
    allowed: Q
    sets: Mapping[str, Any]
    change: tuple[str, str] = ("", "")
    note: str = ""
    refusal: str = ""


def locked(alert_id: int) -> Alert:
    """Return an alert whose row is ours until the transaction ends.  Raises AlertMissing."""
    alert = Alert.objects.select_for_update(of=["self"]).select_related("instrument").filter(pk=alert_id).first()
    if alert is None:
        raise AlertMissing(f"There is no alert {alert_id}.")
    return alert


def carry_out(alert: Alert, act: Act, *, by: User, detail: Mapping[str, Any] | None = None) -> Alert:
    """Act if the row still allows it: its count decides between two colleagues, not what was read.

    Raises AlertMoved.
    """
    mine = Alert.objects.filter(act.allowed, pk=alert.pk)
    moved = mine.update(**act.sets) if act.sets else mine.count()
    alert.refresh_from_db()
    if not moved:
        raise AlertMoved(alert, sentence=act.refusal)
    before, after = act.change
    facts = {"symbol": alert.symbol, "severity": alert.severity, "from": before, "to": after, "note": act.note,
             **(detail or {})}  # fmt: skip
    audit.record(action=f"alert_{act.kind}", actor=by, object_type="alert", object_id=alert.pk, detail=facts)
    timeline.persons_line(
        alert, act.kind, by=by, now=timezone.now(), change=act.change, note=act.note, detail=detail or {}
    ).save()
    publish_on_commit("alert", [alert_message(alert, event=act.kind)])
    return alert
