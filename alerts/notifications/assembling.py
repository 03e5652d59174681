"""Decides over waiting notices: what is dropped, what waits longer, and what goes into one message.

Each channel is decided in a transaction of its own.  It may run twice, overlap, or die at any point: a notice is taken
under its row's lock, and a message's key follows from the notices in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alerts.models import Alert, Phase, Status
from alerts.notification_models import Channel, Preference
from alerts.notifications import audience
from alerts.notifications.clocks import trading_clock
from alerts.notifications.keys import digest
from alerts.notifications.quiet import quiet_until
from alerts.outbox_models import Delivery, Notice
from audit import services as audit
from risk.configuration import LEVELS

NOTIFIER = "notifier"  # the actor of what is sent
MOST_PER_MESSAGE = 50
MOST_CHANNELS = 500
NAGGING = (Notice.Event.REPEAT, Notice.Event.ESCALATED)
CALLING = (Notice.Event.OPENED, Notice.Event.ROSE, *NAGGING)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a notice: `dropped` for a reason, held until `later`, or told now."""

    dropped: str = ""
    later: datetime | None = None


TELL = Verdict()


def assemble(*, now: datetime) -> int:
    """Decide over every channel for which something is due; return how many notices were decided."""
    due = Notice.objects.waiting(at=now).filter(due_at__lte=now)
    channels = list(due.order_by("channel_id").values_list("channel_id", flat=True).distinct()[:MOST_CHANNELS])
    return sum(_assemble(channel_id, now) for channel_id in channels)


@transaction.atomic
def _assemble(channel_id: int, now: datetime) -> int:
    """Decide over what waits for one channel, the oldest first; the rest of a long queue makes another message."""
    waiting = Notice.objects.waiting(at=now).filter(channel_id=channel_id).order_by("pk")
    notices = list(waiting.select_for_update(skip_locked=True)[:MOST_PER_MESSAGE])
    channel = Channel.objects.select_related("owner").filter(pk=channel_id).first()
    if channel is None:
        # The channel went while they were written.
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()
        return len(notices)
    verdicts = _Judge(channel, notices, now).verdicts()
    told = [notice for notice, verdict in zip(notices, verdicts, strict=True) if verdict == TELL]
    _put_aside(notices, verdicts)
    if told:
        _tell(channel, told, now)
    return len(notices)


class _Judge:
    """What has become of the alerts since the notices were written."""

    def __init__(self, channel: Channel, notices: Sequence[Notice], now: datetime) -> None:
        self._channel = channel
        self._notices = notices
        self._now = now
        self._may_hear = audience.may_hear(channel)
        self._preference = Preference.objects.filter(user=channel.owner_id).first() if channel.owner_id else None
        ids = {notice.alert_id for notice in notices if notice.event in NAGGING and notice.alert_id is not None}
        self._alerts = {alert.pk: alert for alert in Alert.objects.filter(pk__in=ids)}
        self._newest = self._newest_instants() if ids else {}
        self._quiet: dict[str, datetime | None] = {}

    def verdicts(self) -> list[Verdict]:
        return [self._verdict(notice) for notice in self._notices]

    def _verdict(self, notice: Notice) -> Verdict:
        if not self._may_hear:
            return Verdict(dropped="the channel is off, or its owner may not read alerts")
        if notice.event in NAGGING and (reason := self._settled(notice)):
            return Verdict(dropped=reason)
        return Verdict(later=self._snoozed_until(notice) or self._quiet_until(notice))

    def _settled(self, notice: Notice) -> str:
        """Return why nobody has to be reminded any more, empty where they have."""
        alert = self._alerts.get(notice.alert_id or 0)
        if alert is None:
            return "the alert is not there any more"
        if alert.status != Status.OPEN:
            return f"the alert is {alert.status}"
        if notice.event == Notice.Event.REPEAT and alert.phase == Phase.ENDED:
            return "the alert has ended"
        newest = self._newest.get(notice.alert_key)
        is_overtaken = newest is not None and notice.instant is not None and newest > notice.instant
        return "something newer was told of the alert" if is_overtaken else ""

    def _snoozed_until(self, notice: Notice) -> datetime | None:
        """Return until when nobody is to be reminded; log time, which but for a replay is the clock's."""
        alert = self._alerts.get(notice.alert_id or 0)
        until = alert.snoozed_until if alert is not None else None
        return until if until is not None and until > self._now else None

    def _newest_instants(self) -> dict[str, datetime]:
        keys = {notice.alert_key for notice in self._notices if notice.event in NAGGING}
        rows = Notice.objects.filter(alert_key__in=keys, channel=self._channel, event__in=CALLING)
        newest: dict[str, datetime] = {}
        for key, instant in rows.values_list("alert_key", "instant"):
            if instant is not None and instant >= newest.get(key, instant):
                newest[key] = instant
        return newest

    def _quiet_until(self, notice: Notice) -> datetime | None:
        """Return until when the owner is quiet.  A CRITICAL alert, or a test, waits for nobody who has not said so."""
        wish = self._preference
        if wish is None or self._channel.kind == Channel.Kind.IN_APP or notice.event == Notice.Event.TEST:
            return None
        if notice.severity == LEVELS[-1] and not wish.quiet_holds_critical:
            return None
        source = str(notice.facts.get("source", ""))
        if source not in self._quiet:
            self._quiet[source] = quiet_until(self._now, wish.quiet, clock=trading_clock(source))
        return self._quiet[source]


def _put_aside(notices: Sequence[Notice], verdicts: Sequence[Verdict]) -> None:
    """Drop and hold what is not told now."""
    aside = []
    for notice, verdict in zip(notices, verdicts, strict=True):
        if verdict.dropped:
            notice.state, notice.reason = Notice.State.DROPPED, verdict.dropped
        elif verdict.later is not None:
            notice.not_before = notice.due_at = verdict.later
        if verdict != TELL:
            aside.append(notice)
    Notice.objects.bulk_update(aside, ["state", "reason", "not_before", "due_at"])


def _tell(channel: Channel, told: Sequence[Notice], now: datetime) -> None:
    _note_escalations(channel, told)
    pks = [notice.pk for notice in told]
    if channel.kind == Channel.Kind.IN_APP:
        Notice.objects.filter(pk__in=pks).update(state=Notice.State.SHOWN)
    else:
        key = digest(notice.key for notice in told)
        delivery = Delivery.objects.create(key=key, channel=channel, tried_since=now, due_at=now)
        Notice.objects.filter(pk__in=pks).update(state=Notice.State.GROUPED, delivery=delivery)


def _note_escalations(channel: Channel, told: Sequence[Notice]) -> None:
    for notice in told:
        if notice.event == Notice.Event.ESCALATED:
            audit.record(
                action="alert_escalated",
                actor_name=NOTIFIER,
                object_type="alert",
                object_id=notice.alert_id or "",
                detail={"channel": channel.pk, "kind": channel.kind, "user": channel.owner_id},
            )
