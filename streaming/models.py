"""Where the stream is: runs of a feed, the fold's cursor, refused ticks and heartbeats."""

from functools import cached_property

from django.db import models

from streaming.assignment import Assignment
from streaming.source_models import SourceOutcome as SourceOutcome
from streaming.source_models import SourceVersion as SourceVersion


class FeedRun(models.Model):
    """One start of a feed. Fold state, records and unique keys carry it, so that no two runs collide."""

    class Source(models.TextChoices):
        SIMULATED = "simulated"
        REPLAY = "replay"
        LIVE = "live"

    source = models.CharField(max_length=10, choices=Source.choices)
    lineage = models.CharField(max_length=10)
    # The newest session that this run's history may contain when it begins; fixed, so that a refold agrees.
    profile_session = models.BigIntegerField(default=0)
    # Which partition takes which instruments (`streaming/assignment.py`), fixed for the same reason.
    assignment = models.JSONField()
    description = models.CharField(max_length=200)
    ticks_read = models.BigIntegerField(default=0)
    ticks_accepted = models.BigIntegerField(default=0)
    refused = models.JSONField(default=dict)
    warned = models.JSONField(default=dict)  # accepted ticks, by what is odd about them
    end_reason = models.CharField(max_length=100, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"run {self.pk} ({self.source})"

    @cached_property
    def assigned(self) -> Assignment:
        """Who belongs to which partition."""
        return Assignment.read(self.assignment)


class RejectedTick(models.Model):
    """A sample of what a run refused, or accepted with a warning.

    The exact counts stand in `FeedRun.refused` and `FeedRun.warned`; no reason is in both.
    """

    run = models.ForeignKey(FeedRun, on_delete=models.CASCADE, related_name="samples")
    reason = models.CharField(max_length=32)
    symbol = models.CharField(max_length=64)
    detail = models.JSONField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.symbol} {self.reason}"


class FoldCursor(models.Model):
    """How far a partition is folded, and the state there: the row that every commit locks."""

    partition = models.PositiveSmallIntegerField(primary_key=True)
    position = models.CharField(max_length=40, default="0-0")
    run = models.ForeignKey(FeedRun, null=True, on_delete=models.PROTECT)
    state = models.BinaryField(default=bytes)
    instant = models.BigIntegerField(default=0)
    profile_session = models.BigIntegerField(default=0)
    late = models.BigIntegerField(default=0)
    instants_scored = models.BigIntegerField(default=0)
    records_written = models.BigIntegerField(default=0)
    next_ordinal = models.BigIntegerField(default=0)  # of the record that is written next; never below other cursors'
    log_time = models.BigIntegerField(default=0)
    hearing = models.JSONField(default=dict)  # what the feed watch knows of the feed as a whole
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"partition {self.partition} at {self.position}"


class LogIdentity(models.Model):
    """Which tick log the cursors belong to: one row.  While `stopped` says why it is another, nothing is scored."""

    epoch = models.CharField(max_length=64)
    # By partition: where the cursor stood when an operator accepted a new log, which holds nothing of before.
    accepted = models.JSONField(default=dict)
    stopped = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"log {self.epoch}" + (f", stopped: {self.stopped}" if self.stopped else "")


class FoldCheckpoint(models.Model):
    """A committed fold where the tick log may begin: what a refold of a trimmed log starts from."""

    partition = models.PositiveSmallIntegerField()
    position = models.CharField(max_length=40)  # of the last entry that is in the state
    run = models.ForeignKey(FeedRun, on_delete=models.PROTECT)
    state = models.BinaryField()
    instant = models.BigIntegerField()
    profile_session = models.BigIntegerField()
    late = models.BigIntegerField()
    instants_scored = models.BigIntegerField()
    log_time = models.BigIntegerField()
    firing = models.JSONField()  # the machine's half of the alerts that went on there
    score_memory = models.JSONField(null=True)  # what the score rule remembered; null: kept before it remembered
    watch = models.JSONField()  # what the feed watch knew there
    audit_sequence = models.BigIntegerField()  # the newest audit entry there
    engine_version = models.CharField(max_length=16)
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["partition", "id"]
        constraints = [
            models.UniqueConstraint(fields=["partition", "position"], name="checkpoint_once_per_position"),
        ]

    def __str__(self) -> str:
        return f"partition {self.partition} folded up to {self.position}"


class Heartbeat(models.Model):
    """When a process last did its work, written by the work itself."""

    name = models.CharField(max_length=32, primary_key=True)
    detail = models.JSONField(default=dict)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%H:%M:%S}"
