"""Sends what is due, at least once and with the same key each time.

A delivery is claimed by a lease, sent outside any transaction, and settled together with its receipt in the audit log,
if the lease is still ours.  A notifier that dies between sending and settling leaves its lease: when that runs out the
message goes once more, with its key.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from alerts.mute_services import mark_muted
from alerts.notifications import audience
from alerts.notifications.assembling import NOTIFIER, assemble
from alerts.notifications.backoff import next_attempt
from alerts.notifications.outcomes import Refused, Trouble
from alerts.notifications.repeating import plan_repeats
from alerts.notifications.senders import send
from alerts.outbox_models import Delivery
from audit import services as audit

logger = structlog.get_logger(__name__)
LEASE = timedelta(seconds=90)  # longer than any sender takes
Clock = Callable[[], datetime]


class LeaseLost(Exception):
    """Another notifier has taken the delivery over: this one was too slow."""


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended; `asked`: how long the receiver wants to be left alone."""

    answer: str = ""
    error: str = ""
    is_hopeless: bool = False
    asked: timedelta = timedelta(0)


def notify(*, clock: Clock, is_over: Callable[[], bool] = lambda: False) -> int:
    """Mark what is muted, then assemble and send until nothing is due or `is_over`; return how many were attempted."""
    audience.ensure_lists()
    mark_muted(now=clock())
    attempted = 0
    while not is_over():
        assemble(now=clock())
        delivery = claim(now=clock())
        if delivery is None:
            break
        _work_off(delivery, clock)
        attempted += 1
    return attempted


def _work_off(delivery: Delivery, clock: Clock) -> None:
    try:
        outcome = attempt(delivery)
    except Exception as fault:  # ours: it is stored, so that this one does not hold up the others, and raised
        settle(delivery, Outcome(error=f"a fault of the platform: {fault!r}"), now=clock())
        raise
    settle(delivery, outcome, now=clock())


@transaction.atomic
def claim(*, now: datetime) -> Delivery | None:
    """Take the delivery that has been due for longest, or one that a dead notifier holds; None when there is none."""
    due = Q(state=Delivery.State.PENDING, due_at__lte=now)
    left = Q(state=Delivery.State.SENDING, lease_until__lte=now)
    rows = Delivery.objects.filter(due | left).select_related("channel__owner").order_by("due_at", "pk")
    delivery = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if delivery is None:
        return None
    delivery.state, delivery.attempts = Delivery.State.SENDING, delivery.attempts + 1
    delivery.lease, delivery.lease_until = uuid.uuid4().hex, now + LEASE
    delivery.save(update_fields=["state", "attempts", "lease", "lease_until"])
    return delivery


def attempt(delivery: Delivery) -> Outcome:
    """Send, and say how it went."""
    try:
        return Outcome(answer=send(delivery))
    except Trouble as trouble:
        return Outcome(error=trouble.reason, asked=trouble.retry_after)
    except Refused as refusal:
        return Outcome(error=refusal.reason, is_hopeless=True)


def settle(delivery: Delivery, outcome: Outcome, *, now: datetime) -> None:
    """Store how an attempt ended, with its receipt; who has lost the lease leaves that to its new holder."""
    changes = _sent(outcome, now) if not outcome.error else _failed(delivery, outcome, now)
    try:
        _store(delivery, changes, outcome, now)
    except LeaseLost:
        logger.warning("delivery taken over", delivery=delivery.pk, channel=delivery.channel_id)
        return
    report = logger.warning if changes["state"] == Delivery.State.DEAD else logger.info
    report("notification attempted", delivery=delivery.pk, state=str(changes["state"]), error=outcome.error)


@transaction.atomic
def _store(delivery: Delivery, changes: dict[str, object], outcome: Outcome, now: datetime) -> None:
    # Rows of the outbox first, the audit log's head last: everybody but the pipeline's commit, which only inserts.
    ours = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING, lease=delivery.lease)
    if not ours.update(**changes, lease="", lease_until=None):
        raise LeaseLost
    if changes["state"] == Delivery.State.SENT:
        plan_repeats(delivery, now=now)
    if changes["state"] != Delivery.State.PENDING:
        _receipt(delivery, str(changes["state"]), outcome)


def _sent(outcome: Outcome, now: datetime) -> dict[str, object]:
    return {"state": Delivery.State.SENT, "answer": outcome.answer[:500], "last_error": "", "sent_at": now}


def _failed(delivery: Delivery, outcome: Outcome, now: datetime) -> dict[str, object]:
    again = None
    if not outcome.is_hopeless:
        again = next_attempt(
            since=delivery.tried_since, now=now, attempts=delivery.attempts, key=delivery.key, asked=outcome.asked
        )
    error = outcome.error[:500]
    if again is None:
        return {"state": Delivery.State.DEAD, "last_error": error}
    return {"state": Delivery.State.PENDING, "last_error": error, "due_at": again}


def _receipt(delivery: Delivery, state: str, outcome: Outcome) -> None:
    channel = delivery.channel
    audit.record(
        action=f"notification_{state}",
        actor_name=NOTIFIER,
        object_type="delivery",
        object_id=delivery.pk,
        detail={
            "key": delivery.key,
            "channel": channel.pk,
            "kind": channel.kind,
            "owner": channel.owner.get_username() if channel.owner else None,
            "alerts": sorted({notice.alert_id for notice in delivery.notices.all() if notice.alert_id is not None}),
            "attempts": delivery.attempts,
            **({"answer": outcome.answer[:500]} if outcome.answer else {"error": outcome.error[:500]}),
        },
    )
