"""Snoozes: for a while nobody is reminded of an alert."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from alerts.act_services import Act, carry_out, locked
from alerts.models import Alert, AlertEvent
from alerts.notifications import holding
from alerts.people_services import UNRESOLVED
from alerts.snoozing import after_trading_minutes
from risk.models import LatestRisk
from risk.quant.calendar import clock_for
from risk.storage import microseconds, moment
from riskplatform.lib import errors

LONGEST_SNOOZE: Final = timedelta(days=14)


class BadSnooze(errors.Invalid):
    code = "bad_snooze"


@transaction.atomic
def snooze(
    alert_id: int, *, by: User, minutes: int | None = None, until: datetime | None = None, note: str = ""
) -> Alert:
    """Let nobody be reminded of an alert for some minutes of open market, or until an instant of log time.

    It ends by itself there, and before when the severity rises.  Raises AlertMissing, AlertMoved, BadSnooze.
    """
    alert = locked(alert_id)
    now = _log_time(alert)
    until = _after(alert, now, minutes) if minutes is not None else until
    if until is None or not now < until <= now + LONGEST_SNOOZE:
        raise BadSnooze(
            f"A snooze ends after the alert's log time, {_spelled(now)}, and within {LONGEST_SNOOZE.days} days of it; "
            f"it was to end at {_spelled(until) or 'no instant'}."
        )
    before = _spelled(alert.snoozed_until)
    act = Act(AlertEvent.Kind.SNOOZED, UNRESOLVED, {"snoozed_until": until}, (before, _spelled(until)), note)
    return carry_out(alert, act, by=by)


@transaction.atomic
def unsnooze(alert_id: int, *, by: User, note: str = "") -> Alert:
    """End a snooze before its time: what it held back is told now.  Raises AlertMissing, AlertMoved."""
    alert = locked(alert_id)
    act = Act(
        AlertEvent.Kind.UNSNOOZED, UNRESOLVED & Q(snoozed_until__gt=_log_time(alert)), {"snoozed_until": None},
        (_spelled(alert.snoozed_until), ""), note, "The alert is not snoozed.",
    )  # fmt: skip
    woken = carry_out(alert, act, by=by)
    holding.wake(alert_id, now=timezone.now())
    return woken


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
