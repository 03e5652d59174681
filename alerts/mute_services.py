"""The only writer of what an alert says of being silenced or inhibited.

The notifier decides over each notice by itself, when it is due; this makes the same visible on the alert.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from alerts.messages import SilencedBy, alert_message
from alerts.models import Alert, AlertEvent
from alerts.notifications.mutes import mutes_at, subject
from alerts.notifications.muting import Mutes, Silenced
from alerts.upkeep_services import PLATFORM
from audit import services as audit
from risk.messages import stamp
from riskplatform.lib.broadcast import publish_on_commit

Kind = AlertEvent.Kind
_LOOKED_AT: Final = (
    "id", "run", "rule", "severity", "peak", "silenced_by", "inhibited_by", "instrument__symbol",
    "instrument__exchange",
)  # fmt: skip


@dataclass(frozen=True)
class _Mark:
    """One thing that an alert says from now on, or no longer."""

    alert: Alert
    kind: AlertEvent.Kind
    note: str
    detail: dict[str, object]


@transaction.atomic
def mark_muted(*, now: datetime) -> int:
    """Note on every alert that goes on, or was muted, what mutes it at `now`; return how many changed.

    A row that somebody else holds is passed over: the next call finds it again.
    """
    mutes = mutes_at(now)
    differing = [alert.pk for alert in _candidates(mutes) if _found(alert, mutes) != _noted(alert)]
    if not differing:
        return 0
    rows = Alert.objects.select_for_update(of=["self"], skip_locked=True).select_related("instrument")
    alerts = list(rows.filter(pk__in=differing).order_by("pk"))
    marks = [mark for alert in alerts for mark in _mark(alert, mutes)]
    Alert.objects.bulk_update(alerts, ["silenced_by", "inhibited_by"])
    _write(marks, now)
    newest = {mark.alert.pk: mark for mark in marks}
    publish_on_commit("alert", [alert_message(mark.alert, event=mark.kind) for mark in newest.values()])
    return len(newest)


def _candidates(mutes: Mutes) -> QuerySet[Alert]:
    """Return the alerts to look at: nothing is muted anew where nothing mutes."""
    muted = Alert.objects.muted()
    going = muted | Alert.objects.unended() if mutes.silences or mutes.speaking else muted
    return going.select_related("instrument").only(*_LOOKED_AT)


def _found(alert: Alert, mutes: Mutes) -> tuple[SilencedBy | None, int | None]:
    facts = subject(alert)
    silence = mutes.silence_of(facts)
    return None if silence is None else _shown(silence), mutes.inhibitor_of(facts)


def _noted(alert: Alert) -> tuple[SilencedBy | None, int | None]:
    return alert.silenced_by, alert.inhibited_by


def _shown(silence: Silenced) -> SilencedBy:
    return SilencedBy(id=silence.pk, author=silence.author, reason=silence.reason, ends_at=stamp(silence.ends_at))


def _mark(alert: Alert, mutes: Mutes) -> list[_Mark]:
    """Put what was found into the alert, and return what that changes."""
    (silence, inhibitor), (was_silence, was_inhibitor) = _found(alert, mutes), _noted(alert)
    alert.silenced_by, alert.inhibited_by = silence, inhibitor
    marks = []
    if silence != was_silence:
        marks.append(_silence_mark(alert, silence, was_silence))
    if inhibitor != was_inhibitor:
        kind = Kind.UNINHIBITED if inhibitor is None else Kind.INHIBITED
        other = was_inhibitor if inhibitor is None else inhibitor
        marks.append(_Mark(alert, kind, f"alert {other} of the market", {"by": other}))
    return marks


def _silence_mark(alert: Alert, silence: SilencedBy | None, before: SilencedBy | None) -> _Mark:
    told = silence or before
    assert told is not None  # they differ, so one of them is a silence
    kind = Kind.UNSILENCED if silence is None else Kind.SILENCED
    note = f"silence {told['id']} by {told['author']}: {told['reason']}"
    return _Mark(alert, kind, note, {"silence": told["id"], "author": told["author"], "ends_at": told["ends_at"]})


def _write(marks: list[_Mark], now: datetime) -> None:
    audit.record_many(
        [
            audit.Draft(
                f"alert_{mark.kind.value}", actor_name=PLATFORM, object_type="alert", object_id=mark.alert.pk,
                detail={"symbol": mark.alert.symbol, "severity": mark.alert.severity, **mark.detail},
            )
            for mark in marks
        ]
    )  # fmt: skip
    AlertEvent.objects.bulk_create(
        AlertEvent(
            alert=mark.alert, kind=mark.kind, actor=PLATFORM, note=mark.note, detail=mark.detail, recorded_at=now
        )
        for mark in marks
    )
