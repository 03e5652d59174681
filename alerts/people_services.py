"""The only writer of the people's half of alerts: by conditional update, with audit, timeline and broadcast."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.capabilities import Capability
from accounts.models import User
from alerts import timeline
from alerts.messages import alert_message
from alerts.models import Alert, AlertEvent, Classification, Status
from alerts.notifications.enqueueing import enqueue_assignment
from alerts.snoozing import after_trading_minutes
from audit import services as audit
from risk.models import LatestRisk
from risk.quant.calendar import clock_for
from risk.storage import microseconds, moment
from riskplatform.lib import errors
from riskplatform.lib.broadcast import publish_on_commit

Kind = AlertEvent.Kind
LONGEST_SNOOZE: Final = timedelta(days=14)
UNRESOLVED: Final = ~Q(status=Status.RESOLVED)


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


class UnfitAssignee(errors.Invalid):
    code = "unfit_assignee"


class BadSnooze(errors.Invalid):
    code = "bad_snooze"


@dataclass(frozen=True)
class _Act:
    """What somebody does: when it makes sense, what it sets, and what the timeline says of it."""

    kind: AlertEvent.Kind
    allowed: Q
    sets: Mapping[str, Any]
    change: tuple[str, str] = ("", "")
    note: str = ""
    refusal: str = ""


@transaction.atomic
def acknowledge(alert_id: int, *, by: User, note: str = "") -> Alert:
    """Say that somebody looks after an open alert.  Raises AlertMissing, AlertMoved."""
    alert = _locked(alert_id)
    sets = {"acknowledged_by_id": by.pk, "acknowledged_by": by.get_username(), "acknowledged_at": timezone.now()}
    return _do(alert, _to(alert, Status.ACKNOWLEDGED, Kind.ACKNOWLEDGED, Q(status=Status.OPEN), sets, note), by=by)


@transaction.atomic
def resolve(alert_id: int, *, by: User, classification: Classification, note: str) -> Alert:
    """Close an alert for people, whether or not the score still holds it.  Raises AlertMissing, AlertMoved."""
    alert = _locked(alert_id)
    sets = {"resolved_by_id": by.pk, "resolved_by": by.get_username(), "resolved_at": timezone.now(),
            "classification": classification, "snoozed_until": None}  # fmt: skip
    act = _to(alert, Status.RESOLVED, Kind.RESOLVED, UNRESOLVED, sets, note)
    return _do(alert, act, by=by, detail={"classification": classification})


@transaction.atomic
def reopen(alert_id: int, *, by: User, note: str = "") -> Alert:
    """Open a resolved alert again; as what it was resolved stays in the timeline.  Raises AlertMissing, AlertMoved."""
    alert = _locked(alert_id)
    sets = {"resolved_by_id": None, "resolved_by": "", "resolved_at": None, "classification": ""}
    act = _to(alert, Status.OPEN, Kind.REOPENED, Q(status=Status.RESOLVED), sets, note)
    return _do(alert, act, by=by, detail={"was": alert.classification, "resolved_by": alert.resolved_by})


@transaction.atomic
def assign(alert_id: int, *, by: User, to: User | None, note: str = "") -> Alert:
    """Give an alert to somebody who may take care of alerts, or to nobody.

    Raises AlertMissing, UnfitAssignee, and AlertMoved where it is resolved or is that person's already.
    """
    if to is not None and not to.can(Capability.HANDLE_ALERTS):
        raise UnfitAssignee(f"{to.get_username()} may not take care of alerts: it takes an active analyst.")
    alert, name = _locked(alert_id), to.get_username() if to else ""
    act = _Act(
        Kind.ASSIGNED if to else Kind.UNASSIGNED,
        UNRESOLVED & (~Q(assignee_id=to.pk) | Q(assignee_id=None) if to else Q(assignee_id__isnull=False)),
        {"assignee_id": to.pk if to else None, "assignee": name},
        (alert.assignee, name),
        note,
        "" if alert.status == Status.RESOLVED else f"The alert is assigned to {name or 'nobody'} already.",
    )
    moved = _do(alert, act, by=by)
    if to is not None:
        enqueue_assignment(moved, to=to, by=by)
    return moved


@transaction.atomic
def comment(alert_id: int, *, by: User, note: str) -> Alert:
    """Write a line into the timeline.  Raises AlertMissing."""
    return _do(_locked(alert_id), _Act(Kind.COMMENTED, Q(), {}, note=note), by=by)


@transaction.atomic
def snooze(
    alert_id: int, *, by: User, minutes: int | None = None, until: datetime | None = None, note: str = ""
) -> Alert:
    """Let nobody be reminded of an alert for some minutes of open market, or until an instant of log time.

    It ends by itself there, and before when the severity rises.  Raises AlertMissing, AlertMoved, BadSnooze.
    """
    alert = _locked(alert_id)
    now = _log_time(alert)
    until = _after(alert, now, minutes) if minutes is not None else until
    if until is None or not now < until <= now + LONGEST_SNOOZE:
        raise BadSnooze(
            f"A snooze ends after the alert's log time, {_spelled(now)}, and within {LONGEST_SNOOZE.days} days of it; "
            f"it was to end at {_spelled(until) or 'no instant'}."
        )
    before = _spelled(alert.snoozed_until)
    act = _Act(Kind.SNOOZED, UNRESOLVED, {"snoozed_until": until}, (before, _spelled(until)), note)
    return _do(alert, act, by=by)


def _locked(alert_id: int) -> Alert:
    alert = Alert.objects.select_for_update(of=["self"]).select_related("instrument").filter(pk=alert_id).first()
    if alert is None:
        raise AlertMissing(f"There is no alert {alert_id}.")
    return alert


def _to(alert: Alert, status: Status, kind: AlertEvent.Kind, allowed: Q, sets: Mapping[str, Any], note: str) -> _Act:
    kept = {"note": note} if note else {}
    return _Act(kind, allowed, {"status": status, **sets, **kept}, (alert.status, status.value), note)


def _do(alert: Alert, act: _Act, *, by: User, detail: Mapping[str, Any] | None = None) -> Alert:
    """Act if the row still allows it: its count decides between two colleagues, not what was read."""
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


def _log_time(alert: Alert) -> datetime:
    """Return the newest instant of the alert's run, or the wall clock for what only that decides."""
    if alert.partition is None:
        return timezone.now()
    newest = LatestRisk.objects.filter(run=alert.run).order_by("-instant").values_list("instant", flat=True).first()
    known = max(alert.opened_at, alert.peak_at, alert.ended_at or alert.opened_at)
    return max(known, newest or known)


def _after(alert: Alert, now: datetime, minutes: int) -> datetime:
    if alert.partition is None:
        return now + timedelta(minutes=minutes)
    try:
        clock = clock_for(alert.source)
        return moment(after_trading_minutes(clock, instant=microseconds(now), minutes=minutes))
    except LookupError as problem:
        raise BadSnooze("The trading calendar ends before that.") from problem


def _spelled(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant:%Y-%m-%dT%H:%M:%SZ}"
