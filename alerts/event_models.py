"""What happened to an alert, line by line, and what the score rule remembers of a partition between two commits."""

from typing import Any

from django.db import models


class AlertEvent(models.Model):
    """One line of an alert's timeline; written with what it tells of, never changed, gone with its alert.

    `at` is the record instant in log time of what the machine did; what people did has only wall clock.
    """

    class Kind(models.TextChoices):
        OPENED = "opened"
        ROSE = "rose"
        FELL = "fell"
        RECOVERING = "recovering"
        RETURNED = "returned"
        ENDED = "ended"
        ACKNOWLEDGEMENT_WITHDRAWN = "withdrawn", "acknowledgement withdrawn"
        WOKEN = "woken", "snooze cut short"
        ACKNOWLEDGED = "acknowledged"
        RESOLVED = "resolved"
        REOPENED = "reopened"
        ASSIGNED = "assigned"
        UNASSIGNED = "unassigned"
        COMMENTED = "commented"
        SNOOZED = "snoozed"
        UNSNOOZED = "unsnoozed", "snooze cancelled"
        SILENCED = "silenced"
        UNSILENCED = "unsilenced", "silenced no more"
        INHIBITED = "inhibited", "held back by the market's alert"
        UNINHIBITED = "uninhibited", "held back no more"

    alert = models.ForeignKey("alerts.Alert", on_delete=models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)  # a person; the machine has only a name
    actor = models.CharField(max_length=254)
    before = models.CharField(max_length=254, blank=True)
    after = models.CharField(max_length=254, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["alert", "id"], name="alert_event_timeline")]  # one alert's, oldest first

    def __str__(self) -> str:
        return f"{self.kind} by {self.actor}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise TypeError("a line of a timeline is never changed; write another one")
        super().save(*args, **options)


class ScoreMemory(models.Model):
    """What the score rule knew of a partition's symbols after the last commit; see `alerts.memory`."""

    partition = models.PositiveSmallIntegerField(primary_key=True)
    run = models.BigIntegerField()
    entries = models.JSONField()

    def __str__(self) -> str:
        return f"partition {self.partition}, run {self.run}: {len(self.entries)} symbols"
