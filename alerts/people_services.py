"""The only writer of the people's half of alerts but for snoozes; see `act_services` for how."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.capabilities import Capability
from accounts.models import User
from alerts.act_services import Act, carry_out, locked
from alerts.models import Alert, AlertEvent, Classification, Status
from alerts.notifications.enqueueing import enqueue_assignment
from riskplatform.lib import errors

Kind = AlertEvent.Kind
UNRESOLVED: Final = ~Q(status=Status.RESOLVED)


class UnfitAssignee(errors.Invalid):
    code = "unfit_assignee"


@transaction.atomic
def acknowledge(alert_id: int, *, by: User, note: str = "") -> Alert:
    """Say that somebody looks after an open alert.  Raises AlertMissing, AlertMoved."""
    alert = locked(alert_id)
    sets = {"acknowledged_by_id": by.pk, "acknowledged_by": by.get_username(), "acknowledged_at": timezone.now()}
    return carry_out(
        alert, _to(alert, Status.ACKNOWLEDGED, Kind.ACKNOWLEDGED, Q(status=Status.OPEN), sets, note), by=by
    )


@transaction.atomic
def resolve(alert_id: int, *, by: User, classification: Classification, note: str) -> Alert:
    """Close an alert for people, whether or not the score still holds it.  Raises AlertMissing, AlertMoved."""
    alert = locked(alert_id)
    sets = {"resolved_by_id": by.pk, "resolved_by": by.get_username(), "resolved_at": timezone.now(),
            "classification": classification, "snoozed_until": None}  # fmt: skip
    act = _to(alert, Status.RESOLVED, Kind.RESOLVED, UNRESOLVED, sets, note)
    return carry_out(alert, act, by=by, detail={"classification": classification})


@transaction.atomic
def reopen(alert_id: int, *, by: User, note: str = "") -> Alert:
    """Open a resolved alert again; as what it was resolved stays in the timeline.  Raises AlertMissing, AlertMoved."""
    alert = locked(alert_id)
    sets = {"resolved_by_id": None, "resolved_by": "", "resolved_at": None, "classification": ""}
    act = _to(alert, Status.OPEN, Kind.REOPENED, Q(status=Status.RESOLVED), sets, note)
    return carry_out(alert, act, by=by, detail={"was": alert.classification, "resolved_by": alert.resolved_by})


@transaction.atomic
def assign(alert_id: int, *, by: User, to: User | None, note: str = "") -> Alert:
    """Give an alert to somebody who may take care of alerts, or to nobody.

    Raises AlertMissing, UnfitAssignee, and AlertMoved where it is resolved or is that person's already.
    """
    if to is not None and not to.can(Capability.HANDLE_ALERTS):
        raise UnfitAssignee(f"{to.get_username()} may not take care of alerts: it takes an active analyst.")
    alert, name = locked(alert_id), to.get_username() if to else ""
    act = Act(
        Kind.ASSIGNED if to else Kind.UNASSIGNED,
        UNRESOLVED & (~Q(assignee_id=to.pk) | Q(assignee_id=None) if to else Q(assignee_id__isnull=False)),
        {"assignee_id": to.pk if to else None, "assignee": name},
        (alert.assignee, name),
        note,
        "" if alert.status == Status.RESOLVED else f"The alert is assigned to {name or 'nobody'} already.",
    )
    moved = carry_out(alert, act, by=by)
    if to is not None:
        enqueue_assignment(moved, to=to, by=by)
    return moved


@transaction.atomic
def comment(alert_id: int, *, by: User, note: str) -> Alert:
    """Write a line into the timeline.  Raises AlertMissing."""
    return carry_out(locked(alert_id), Act(Kind.COMMENTED, Q(), {}, note=note), by=by)


def _to(alert: Alert, status: Status, kind: AlertEvent.Kind, allowed: Q, sets: Mapping[str, Any], note: str) -> Act:
    kept = {"note": note} if note else {}
    return Act(kind, allowed, {"status": status, **sets, **kept}, (alert.status, status.value), note)
