"""Silences: what nobody is notified of for a while, because somebody said so and why."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from alerts.notification_models import ALERT_LEVELS
from alerts.notifications.muting import Scope, Silenced
from risk.configuration import LEVELS
from risk.models import Severity


class SilenceQuerySet(models.QuerySet["Silence"]):
    def active(self, *, at: datetime) -> Self:
        """Return those that hold at an instant."""
        return self.filter(starts_at__lte=at, ends_at__gt=at, ended_at=None)

    def over(self, *, at: datetime) -> Self:
        """Return those that ran out, or that somebody ended."""
        return self.filter(Q(ends_at__lte=at) | Q(ended_at__isnull=False))

    def pending(self, *, at: datetime) -> Self:
        """Return those that have not begun."""
        return self.filter(starts_at__gt=at, ended_at=None, ends_at__gt=at)

    def in_state(self, state: str, *, at: datetime) -> Self:
        """Return those that are in a state, by its name, at an instant.  Raises KeyError for an unknown one."""
        return {"pending": self.pending, "active": self.active, "over": self.over}[state](at=at)


class Silence(models.Model):
    """An alert is silenced when every part of the scope that is named fits it.  Times are wall clock.

    Nothing above `max_severity` is silenced.  A silence is never changed but for being ended early.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        ACTIVE = "active"
        OVER = "over"

    symbols = models.JSONField(default=list)  # none: all, as in the next two
    exchanges = models.JSONField(default=list)
    rules = models.JSONField(default=list)
    max_severity = models.CharField(max_length=8, choices=ALERT_LEVELS, default=Severity.HIGH)
    reason = models.CharField(max_length=500)
    # Plain columns: who made it stays known when the account goes.
    author_id = models.BigIntegerField()
    author = models.CharField(max_length=254)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_id = models.BigIntegerField(null=True, blank=True)
    ended_by = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()

    objects = SilenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="silence_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(reason=""), name="silence_says_why"),
            models.CheckConstraint(condition=Q(max_severity__in=LEVELS), name="silence_severity_is_a_level"),
        ]
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(ended_at=None), name="silence_going"),  # what holds now
        ]

    def __str__(self) -> str:
        return f"silence {self.pk}"

    def state(self, *, at: datetime) -> str:
        """Return whether it has not begun, holds, or is over."""
        if self.ended_at is not None or self.ends_at <= at:
            return self.State.OVER.value
        return (self.State.ACTIVE if self.starts_at <= at else self.State.PENDING).value

    @property
    def named(self) -> str:
        """The parts of the scope that are named, for people; empty where only the severity is."""
        rules = [str(rule).replace("_", " ") for rule in self.rules]
        return " · ".join(", ".join(part) for part in (self.symbols, self.exchanges, rules) if part)

    @property
    def scope(self) -> Scope:
        return Scope(frozenset(self.symbols), frozenset(self.exchanges), frozenset(self.rules), self.max_severity)

    @property
    def silenced(self) -> Silenced:
        """What an alert that it concerns says of it."""
        return Silenced(self.pk, self.author, self.reason, self.ends_at, self.scope)
