"""What people and the clock do to the outbox: send a dead letter again, mark as read, delete what is old."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from alerts.notifications import audience
from alerts.outbox_models import Delivery, Notice
from audit import services as audit
from riskplatform.lib import errors

_FINAL = (Delivery.State.SENT, Delivery.State.DEAD)


class NotDead(errors.Conflict):
    """Only a dead letter is sent again: everything else is on its way or has arrived."""

    code = "delivery_not_dead"


@transaction.atomic
def send_again(delivery_id: int, *, by: User) -> None:
    """Put a dead letter back with its key and 72 new hours.  Raises Missing and NotDead."""
    now = timezone.now()
    dead = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.DEAD)
    moved = dead.update(state=Delivery.State.PENDING, attempts=0, tried_since=now, due_at=now)
    delivery = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is None:
        raise errors.Missing(f"There is no delivery {delivery_id}.")
    if not moved:
        raise NotDead(f"Delivery {delivery_id} is {delivery.state}; only a dead one is sent again.")
    detail = {"key": delivery.key, "channel": delivery.channel_id, "error": delivery.last_error}
    audit.record(
        action="notification_sent_again", actor=by, object_type="delivery", object_id=delivery_id, detail=detail
    )


def mark_read(*, user: User, ids: Sequence[int] | None) -> int:
    """Mark a user's own notifications as read, all of them where `ids` is None; return how many were unread."""
    unread = Notice.objects.shown_to(user.pk).filter(read_at=None)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    # An update cannot follow a relation into another table, so the rows are named.
    return Notice.objects.filter(pk__in=list(unread.values_list("pk", flat=True))).update(read_at=timezone.now())


@transaction.atomic
def delete_old(*, now: datetime) -> int:
    """Delete notices and deliveries older than the policy's `keep_days` on which nothing is to be done; count them.

    A delivery that is still tried keeps its notices.
    """
    before = now - timedelta(days=audience.policy().keep_days)
    under_way = Delivery.objects.filter(pk=OuterRef("delivery")).exclude(state__in=_FINAL)
    old = Notice.objects.filter(created_at__lt=before).exclude(state=Notice.State.WAITING)
    notices, _ = old.filter(~Q(Exists(under_way))).delete()
    deliveries, _ = Delivery.objects.filter(created_at__lt=before, state__in=_FINAL).delete()
    return notices + deliveries
