"""Which market is to be fed: versions that people chose, and what the feed made of each."""

from typing import Any

from django.db import models


class SourceVersion(models.Model):
    """One immutable choice: who, when and why.  The newest is the one in force."""

    class Mode(models.TextChoices):
        DEMO = "demo"
        REPLAY = "replay"

    number = models.PositiveIntegerField(primary_key=True)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    symbols = models.JSONField(default=list)  # empty: all
    recording = models.CharField(max_length=200, blank=True)
    speed = models.CharField(max_length=16, blank=True)  # a number, or "max"
    reason = models.CharField(max_length=500)
    # Plain columns: who chose it stays known when the account goes.
    author_id = models.BigIntegerField(null=True)
    author_name = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"source {self.number}: {self.mode}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise TypeError("a choice of source is never changed; choose anew")
        super().save(*args, **options)


class SourceOutcome(models.Model):
    """What the feed made of a version: the newest word on it."""

    class State(models.TextChoices):
        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"

    version = models.OneToOneField(SourceVersion, on_delete=models.CASCADE, primary_key=True, related_name="outcome")
    state = models.CharField(max_length=8, choices=State.choices)
    problem = models.CharField(max_length=500, blank=True)
    # Of a recording, in microseconds UTC of recorded time.
    first_us = models.BigIntegerField(null=True)
    last_us = models.BigIntegerField(null=True)
    reported_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"source {self.version_id} {self.state}"
