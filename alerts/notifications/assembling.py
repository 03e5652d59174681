"""Decides over waiting notices: what is dropped or withheld, what waits longer, and what goes into one message.

Each channel is decided in a transaction of its own.  It may run twice, overlap, or die at any point: a notice is taken
under its row's lock, and a message's key follows from the notices in it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from alerts.notification_models import Channel
from alerts.notifications.keys import digest
from alerts.notifications.mutes import mutes_at
from alerts.notifications.muting import Mutes
from alerts.notifications.verdicts import TELL, Judge, Verdict
from alerts.notifications.withholding import review
from alerts.outbox_models import Delivery, Notice
from audit import services as audit

NOTIFIER = "notifier"  # the actor of what is sent
MOST_PER_MESSAGE = 50
MOST_CHANNELS = 500


def assemble(*, now: datetime) -> int:
    """Decide over every channel for which something is due; return how many notices were decided."""
    mutes = mutes_at(now)
    reviewed = review(mutes, now=now)
    due = Notice.objects.waiting(at=now).filter(due_at__lte=now)
    channels = list(due.order_by("channel_id").values_list("channel_id", flat=True).distinct()[:MOST_CHANNELS])
    return reviewed + sum(_assemble(channel_id, mutes, now) for channel_id in channels)


@transaction.atomic
def _assemble(channel_id: int, mutes: Mutes, now: datetime) -> int:
    """Decide over what waits for one channel, the oldest first; the rest of a long queue makes another message."""
    waiting = Notice.objects.waiting(at=now).filter(channel_id=channel_id).order_by("pk")
    notices = list(waiting.select_for_update(skip_locked=True)[:MOST_PER_MESSAGE])
    channel = Channel.objects.select_related("owner").filter(pk=channel_id).first()
    if channel is None:
        # The channel went while they were written.
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()
        return len(notices)
    verdicts = Judge(channel, notices, mutes, now).verdicts()
    told = [notice for notice, verdict in zip(notices, verdicts, strict=True) if verdict == TELL]
    _put_aside(notices, verdicts)
    if told:
        _tell(channel, told, now)
    return len(notices)


def _put_aside(notices: Sequence[Notice], verdicts: Sequence[Verdict]) -> None:
    """Drop and hold what is not told now."""
    aside = []
    for notice, verdict in zip(notices, verdicts, strict=True):
        if verdict.dropped:
            notice.state, notice.reason = Notice.State.DROPPED, verdict.dropped
        elif verdict.withheld:
            notice.state, notice.reason = Notice.State.WITHHELD, verdict.withheld
        elif verdict.later is not None:
            notice.not_before = notice.due_at = verdict.later
            notice.reason = verdict.held
        if verdict != TELL:
            aside.append(notice)
    Notice.objects.bulk_update(aside, ["state", "reason", "not_before", "due_at"])


def _tell(channel: Channel, told: Sequence[Notice], now: datetime) -> None:
    _note_escalations(channel, told)
    pks = [notice.pk for notice in told]
    if channel.kind == Channel.Kind.IN_APP:
        Notice.objects.filter(pk__in=pks).update(state=Notice.State.SHOWN, reason="")
    else:
        key = digest(notice.key for notice in told)
        delivery = Delivery.objects.create(key=key, channel=channel, tried_since=now, due_at=now)
        Notice.objects.filter(pk__in=pks).update(state=Notice.State.GROUPED, reason="", delivery=delivery)


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
