"""Who is told of alerts, when, and by which channel."""

from datetime import time
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from alerts.notifications.quiet import QuietTimes
from risk.configuration import LEVELS
from risk.models import Severity

ALERT_LEVELS = [(level, level) for level in LEVELS]
ESCALATED_LEVELS = LEVELS[2:]
ESCALATED_CHOICES = [(level, level) for level in ESCALATED_LEVELS]


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
    minimum_severity = models.CharField(max_length=8, choices=ESCALATED_CHOICES, default=Severity.HIGH)

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
