"""Lines of an alert's timeline, made of what happened; the services store them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from alerts.event_models import AlertEvent
from alerts.judging import Happened
from alerts.models import Alert


def machine_lines(happened: Iterable[Happened], *, by: str, now: datetime) -> list[AlertEvent]:
    """Return a line for each step of alerts that are stored."""
    return [
        AlertEvent(
            alert=one.alert,
            kind=one.step.value,
            actor=by,
            before=one.before or "",
            after=one.after or "",
            detail=_facts(one),
            at=one.instant,
            recorded_at=now,
        )
        for one in happened
    ]


def platform_line(alert: Alert, kind: AlertEvent.Kind, *, by: str, now: datetime) -> AlertEvent:
    """Return a line of what the platform did to the people's half of an alert."""
    return AlertEvent(alert=alert, kind=kind, actor=by, recorded_at=now)


def persons_line(
    alert: Alert, kind: AlertEvent.Kind, *, by: User, now: datetime, change: tuple[str, str], note: str,
    detail: Mapping[str, Any],
) -> AlertEvent:  # fmt: skip
    """Return a line of what somebody did; `change` is what was there before and after."""
    before, after = change
    return AlertEvent(
        alert=alert, kind=kind, actor_id=by.pk, actor=by.get_username(), before=before, after=after, note=note,
        detail=dict(detail), recorded_at=now,
    )  # fmt: skip


def _facts(happened: Happened) -> dict[str, Any]:
    facts: dict[str, Any] = {"score": happened.score, "record": happened.record_id}
    if happened.after is None:
        facts["reason"] = happened.alert.end_reason
    return {name: value for name, value in facts.items() if value is not None}
