"""Who is told of alerts, by which channel, and what has been told: an outbox written with the alerts themselves."""

from datetime import datetime, time
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from alerts.notifications.quiet import QuietTimes
from alerts.notifications.wording import Told, sentence
from risk.configuration import LEVELS
from risk.models import Severity

ALERT_LEVELS = [(level, level) for level in LEVELS]
ESCALATED_LEVELS = LEVELS[2:]


class NotificationPolicy(models.Model):
    """How the desk is told; one row, made when it is first asked for.  `sources`: whose alerts leave the platform."""

    group_seconds = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(600)])
    repeat_hours = models.PositiveSmallIntegerField(
        default=4, validators=[MinValueValidator(1), MaxValueValidator(168)]
    )
    keep_days = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(7), MaxValueValidator(3650)])
    sources = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "notification policy"

    def __str__(self) -> str:
        return f"grouped for {self.group_seconds} s, repeated after {self.repeat_hours} h"


class EscalationStep(models.Model):
    """Who is told of an alert of this severity that nobody has acknowledged for so many minutes of trading."""

    position = models.PositiveSmallIntegerField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="escalation_steps")
    delay_minutes = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(10_000)])
    minimum_severity = models.CharField(
        max_length=8, choices=[(level, level) for level in ESCALATED_LEVELS], default=Severity.HIGH
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_severity__in=ESCALATED_LEVELS), name="escalation_is_of_high_or_critical"
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. user {self.user_id} after {self.delay_minutes} min"


class ChannelQuerySet(models.QuerySet["Channel"]):
    def open(self) -> Self:
        """Return those that something may be sent to: switched on, and of nobody or of an active user."""
        return self.filter(Q(owner=None) | Q(owner__is_active=True), is_enabled=True)


class Channel(models.Model):
    """A way to tell somebody.  Without an owner it is the desk's.  `address` is what may be shown of it.

    `sealed_secret`: of a webhook its signing secret, of Slack the whole address, of Telegram the bot's token.
    """

    class Kind(models.TextChoices):
        IN_APP = "in_app", "in the application"
        EMAIL = "email", "e-mail"
        WEBHOOK = "webhook", "webhook"
        SLACK = "slack", "Slack"
        TELEGRAM = "telegram", "Telegram"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="channels", null=True, blank=True
    )
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=2000, blank=True)
    sealed_secret = models.TextField(blank=True)
    minimum_severity = models.CharField(max_length=8, choices=ALERT_LEVELS, default=Severity.HIGH)
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], condition=Q(kind="in_app"), name="channel_one_in_app_per_user"),
            models.CheckConstraint(
                condition=~Q(kind="in_app") | Q(owner__isnull=False), name="channel_in_app_is_owned"
            ),
            models.CheckConstraint(condition=Q(minimum_severity__in=LEVELS), name="channel_severity_is_a_level"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


class Preference(models.Model):
    """When and of what a user wants to hear; a user without a row has these defaults.  Hours are in IST."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference")
    symbols = models.JSONField(default=list)  # none: all of them
    tells_endings = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    quiet_phases = models.JSONField(default=list)
    quiet_holds_critical = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="preference_quiet_has_both_ends",
            )
        ]

    def __str__(self) -> str:
        return f"preferences of user {self.user_id}"

    @property
    def quiet(self) -> QuietTimes:
        hours: tuple[time, time] | None = None
        if self.quiet_from is not None and self.quiet_to is not None:
            hours = (self.quiet_from, self.quiet_to)
        return QuietTimes(hours, frozenset(self.quiet_phases))

    def wants(self, symbol: str | None) -> bool:
        """Return whether a symbol's alerts concern the user; one of the whole platform (None) concerns everybody."""
        return symbol is None or not self.symbols or symbol in self.symbols


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

    @property
    def is_final(self) -> bool:
        return self.state in (self.State.SENT, self.State.DEAD)


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
    reason = models.CharField(max_length=200, blank=True)  # why it was dropped
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, related_name="notices", null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notice_due"),  # what to tell next
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
