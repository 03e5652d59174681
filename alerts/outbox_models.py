"""The outbox: what somebody is to be told, and the messages that leave the platform for it."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from alerts.notification_models import ALERT_LEVELS, Channel
from alerts.notifications.wording import Told, sentence


class Delivery(models.Model):
    """One message that leaves the platform, with the key by which a receiver knows it again when it comes twice."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENDING = "sending"
        SENT = "sent"
        DEAD = "dead"

    key = models.CharField(max_length=64, unique=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    tried_since = models.DateTimeField()  # the 72 hours count from here
    due_at = models.DateTimeField()
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    answer = models.CharField(max_length=500, blank=True)  # what the receiver said
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="delivery_due"),  # what to send next
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="delivery_leased"),  # dead senders'
            models.Index(fields=["state", "-id"], name="delivery_by_state"),  # dead letters in the admin
            models.Index(fields=["channel", "-id"], name="delivery_by_channel"),  # a channel's last result
            models.Index(fields=["created_at"], name="delivery_retention"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}, {self.attempts} attempts"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self, *, at: datetime) -> Self:
        """Return what may be told now."""
        return self.filter(state=Notice.State.WAITING, not_before__lte=at)

    def shown_to(self, user_id: int) -> Self:
        """Return what stands in a user's list in the application."""
        return self.filter(channel__owner_id=user_id, channel__kind=Channel.Kind.IN_APP, state=Notice.State.SHOWN)


class Notice(models.Model):
    """One event of one alert for one channel: the outbox row, written in the transaction of the event.

    `key` holds no primary key of the alert: a run that is folded again raises its alerts anew, and tells nobody twice.
    Nothing is told before `not_before`; from `due_at` on it must be told, alone or with what else waits by then.
    """

    class Event(models.TextChoices):
        OPENED = "opened"
        ROSE = "rose"
        ENDED = "ended"
        REPEAT = "repeat", "still unacknowledged"
        ESCALATED = "escalated"
        ASSIGNED = "assigned"
        TEST = "test"

    class State(models.TextChoices):
        WAITING = "waiting"
        WITHHELD = "withheld"
        GROUPED = "grouped", "in a delivery"
        SHOWN = "shown", "shown in the application"
        DROPPED = "dropped"

    key = models.CharField(max_length=64, unique=True)
    # No foreign key in the database: the pipeline's commit would wait for whoever deletes the channel.
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="notices", db_constraint=False)
    event = models.CharField(max_length=10, choices=Event.choices)
    severity = models.CharField(max_length=8, choices=ALERT_LEVELS)
    alert_key = models.CharField(max_length=64, blank=True)  # the episode, whatever its primary key
    alert_id = models.BigIntegerField(null=True, blank=True)
    instant = models.DateTimeField(null=True, blank=True)  # of the event, in log time
    facts = models.JSONField(default=dict)  # the alert's message as it was
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField()
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)  # why it was dropped, is withheld, or waits
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, related_name="notices", null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notice_due"),  # what to tell next
            models.Index(fields=["alert_id"], condition=Q(state="withheld"), name="notice_withheld"),  # may it go?
            models.Index(fields=["channel", "-id"], name="notice_by_channel"),  # a user's list
            models.Index(fields=["alert_key", "channel", "instant"], name="notice_by_alert"),  # was it overtaken?
            models.Index(fields=["created_at"], name="notice_retention"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.event} {self.severity}, {self.state}"

    @property
    def page(self) -> str:
        """The address of the page that a person opens."""
        base = settings.PUBLIC_URL.rstrip("/")
        return f"{base}/" if self.alert_id is None else f"{base}/alerts/{self.alert_id}"

    @property
    def told(self) -> Told:
        """What is said of it, whatever the channel."""
        return Told(self.event, self.severity, self.facts, self.page)

    @property
    def sentence(self) -> str:
        return sentence(self.told)
