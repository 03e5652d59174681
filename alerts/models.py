"""Alerts: episodes of a score above its thresholds or of another condition, and what people made of them."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from alerts.event_models import AlertEvent as AlertEvent  # Django looks for a package's models here
from alerts.event_models import ScoreMemory as ScoreMemory
from alerts.notification_models import Channel as Channel
from alerts.notification_models import EscalationStep as EscalationStep
from alerts.notification_models import NotificationPolicy as NotificationPolicy
from alerts.notification_models import Preference as Preference
from alerts.outbox_models import Delivery as Delivery
from alerts.outbox_models import Notice as Notice
from alerts.silence_models import Silence as Silence
from risk.configuration import LEVELS
from risk.models import Instrument, Severity

ALERT_SEVERITIES = [Severity(level) for level in LEVELS]


class Phase(models.TextChoices):
    """The machine's half: whether the score still holds the alert, or lets go of it."""

    FIRING = "firing"
    RECOVERING = "recovering"
    ENDED = "ended"


UNENDED = [Phase.FIRING.value, Phase.RECOVERING.value]
MUTED = Q(silenced_by__isnull=False) | Q(inhibited_by__isnull=False)
READ_BY_STATISTICS = [
    "raised_at", "peak_severity", "phase", "status", "classification", "rule", "instrument", "acknowledged_by_id",
    "acknowledged_at", "resolved_at",
]  # fmt: skip


class Status(models.TextChoices):
    """The people's half; it does not depend on the machine's."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Classification(models.TextChoices):
    """What an alert turned out to be, once somebody knows."""

    TRUE_BREACH = "true_breach", "true breach"
    DATA_ISSUE = "data_issue", "data issue"
    NEWS = "news", "news"
    EXPIRY_EFFECT = "expiry_effect", "expiry effect"
    MODEL = "model", "model"
    OTHER = "other", "other"


class AlertQuerySet(models.QuerySet["Alert"]):
    def firing(self) -> Self:
        return self.filter(phase=Phase.FIRING)

    def unended(self) -> Self:
        """Return the episodes that go on: those that fire and those that recover."""
        return self.filter(phase__in=UNENDED)

    def waiting(self) -> Self:
        """Return what nobody has resolved yet."""
        return self.exclude(status=Status.RESOLVED)

    def muted(self) -> Self:
        """Return what was last found to be silenced or inhibited."""
        return self.filter(MUTED)


class Alert(models.Model):
    """One episode.  Opening and peak are copies: the records they were taken from go with their retention.

    Of a condition other than the score the opening holds its facts, and there is no peak.  `partition` is whose fold
    decided it, null for the watchdog's.  An alert without an instrument concerns all of them: those of its partition,
    or of the whole platform.
    """

    class Rule(models.TextChoices):
        """The built-in rules; of the others, which are data, the key is stored."""

        SCORE = "score"
        STALE = "stale_feed", "stale feed"
        FROZEN = "frozen_price", "frozen price"
        STALLED = "pipeline_stalled", "pipeline stalled"
        LAG = "pipeline_lag", "pipeline lag"
        FEED_STOPPED = "feed_stopped", "feed stopped"
        LOG_REPLACED = "log_replaced", "log replaced"

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="alerts", db_index=False, null=True, blank=True
    )
    partition = models.PositiveSmallIntegerField(null=True, blank=True)
    rule = models.CharField(max_length=32, default=Rule.SCORE)  # the key of a rule of the configuration
    run = models.BigIntegerField()
    source = models.CharField(max_length=10)
    config_version = models.PositiveIntegerField()
    opening = models.JSONField()  # the record's message, with its decomposition
    severity = models.CharField(max_length=8, choices=Severity.choices)
    peak_severity = models.CharField(max_length=8, choices=Severity.choices)
    peak_score = models.FloatField(null=True, blank=True)
    peak = models.JSONField()
    driver = models.CharField(max_length=16, blank=True)  # the family with the most points at the peak
    crossings = models.PositiveIntegerField(default=1)  # how often the score came up to the threshold of `alert_from`
    phase = models.CharField(max_length=12, choices=Phase.choices, default=Phase.FIRING)
    end_reason = models.CharField(max_length=16, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    classification = models.CharField(max_length=16, choices=Classification.choices, blank=True)
    note = models.CharField(max_length=2000, blank=True)  # the newest word of who acknowledged or resolved
    assignee_id = models.BigIntegerField(null=True, blank=True)
    assignee = models.CharField(max_length=254, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)  # log time: until then nobody is reminded
    silenced_by = models.JSONField(null=True, blank=True)  # what `SilencedBy` says of the silence; the notifier's word
    inhibited_by = models.BigIntegerField(null=True, blank=True)  # the market's alert that speaks for it, likewise
    acknowledged_by_id = models.BigIntegerField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=254, blank=True)
    resolved_by_id = models.BigIntegerField(null=True, blank=True)
    resolved_by = models.CharField(max_length=254, blank=True)
    opened_at = models.DateTimeField()  # record instants, in log time
    peak_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField()  # wall clock: what people's times are measured from
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "rule"], condition=Q(phase__in=UNENDED), name="alert_one_going_per_rule"
            ),
            models.UniqueConstraint(
                fields=["rule", "partition"],
                condition=Q(phase__in=UNENDED, instrument=None, partition__isnull=False),
                name="alert_one_going_per_partition",
            ),
            models.UniqueConstraint(
                fields=["rule"],
                condition=Q(phase__in=UNENDED, instrument=None, partition=None),
                name="alert_one_going_of_the_platform",
            ),
            models.UniqueConstraint(fields=["run", "instrument", "rule", "opened_at"], name="alert_once_per_instant"),
            models.CheckConstraint(
                # A comparison with null is no refusal, so a score's has to be there.
                condition=Q(rule="score", peak_score__isnull=False, peak_score__gte=0.0, peak_score__lte=1.0)
                | ~Q(rule="score") & Q(peak_score=None),
                name="alert_is_finite",
            ),
            models.CheckConstraint(
                condition=~Q(rule="score") | Q(instrument__isnull=False), name="alert_of_a_score_has_a_symbol"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=UNENDED, ended_at=None) | Q(phase="ended", ended_at__gte=F("opened_at")),
                name="alert_ends_after_it_opened",
            ),
            models.CheckConstraint(
                # Who resolves says what it was; what was resolved before that was asked has no classification.
                condition=Q(classification="") | Q(status="resolved"),
                name="alert_classified_when_resolved",
            ),
            models.CheckConstraint(condition=Q(severity__in=LEVELS), name="alert_severity_is_a_level"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="alert_by_status"),  # what still waits for somebody
            models.Index(fields=["-id"], condition=Q(phase__in=UNENDED), name="alert_unended"),  # what goes on
            models.Index(fields=["severity", "-id"], name="alert_by_severity"),  # the critical ones, newest first
            models.Index(fields=["peak_severity", "-id"], name="alert_by_peak_severity"),
            models.Index(fields=["rule", "-id"], name="alert_by_rule"),  # the rare ones
            models.Index(fields=["run", "-id"], name="alert_by_run"),
            models.Index(fields=["assignee", "-id"], condition=~Q(assignee=""), name="alert_by_assignee"),
            models.Index(fields=["instrument", "-id"], name="alert_by_instrument"),  # a symbol's past episodes
            models.Index(fields=["ended_at"], condition=Q(status="resolved"), name="alert_retention"),
            models.Index(fields=READ_BY_STATISTICS, name="alert_statistics"),  # so that they never touch the rows
            models.Index(fields=["opened_at", "peak_severity"], name="alert_counts"),  # opened per bucket of time
            models.Index(fields=["-id"], condition=MUTED, name="alert_muted"),  # what may have to be told again
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.severity}, {self.phase}, {self.status}"

    @property
    def symbol(self) -> str | None:
        """The instrument's symbol, None where the alert concerns all of them."""
        return None if self.instrument is None else self.instrument.symbol

    @property
    def summary(self) -> str:
        """What was found, in a sentence; empty for a score, whose numbers say it."""
        return str(self.opening.get("summary", ""))
