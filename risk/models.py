"""Facts about instruments: what they are, how risky they were at each instant, and what is known of their past."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from risk.chain_models import ChainSummary as ChainSummary
from risk.chain_models import ForwardSource as ForwardSource
from risk.chain_models import OptionQuote as OptionQuote
from risk.config_models import ConfigAdoption as ConfigAdoption
from risk.config_models import ConfigVersion as ConfigVersion
from risk.quality_models import BacktestResult as BacktestResult
from risk.rollup_models import HourRollup as HourRollup
from risk.rollup_models import MarketRollup as MarketRollup
from risk.rollup_models import MinuteRollup as MinuteRollup


class Severity(models.TextChoices):
    NORMAL = "NORMAL"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class State(models.TextChoices):
    OK = "OK"
    STALE = "STALE"
    PRIOR = "PRIOR"
    CLOSED = "CLOSED"
    HALTED = "HALTED"


class Lineage(models.TextChoices):
    """Whose past a fold may learn from: simulated days never teach a real score."""

    SIMULATED = "simulated"
    RECORDED = "recorded"
    LIVE = "live"


class OriginalsManager(models.Manager["Instrument"]):
    """The instruments as people know them, without their copies."""

    def get_queryset(self) -> models.QuerySet["Instrument"]:
        return super().get_queryset().filter(copy_of=None)


class Instrument(models.Model):
    """Something that is traded or computed.  A copy stands for another instrument in a partition that is not its own:
    there it is folded, so that others can be compared with it, and never scored."""

    class Kind(models.TextChoices):
        INDEX = "index"
        SHARE = "share"

    symbol = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    exchange = models.CharField(max_length=8, default="NSE")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    partition = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    copy_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="copies")

    objects = OriginalsManager()
    with_copies = models.Manager["Instrument"]()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["copy_of", "partition"], condition=Q(copy_of__isnull=False), name="copy_once_per_partition"
            )
        ]

    def __str__(self) -> str:
        return self.symbol


class SymbolAlias(models.Model):
    """Another name that a data source uses for an instrument, such as NIFTY50 for NIFTY."""

    alias = models.CharField(max_length=32, unique=True)
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="aliases")
    source = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "symbol aliases"

    def __str__(self) -> str:
        return f"{self.alias} → {self.instrument_id}"


class ScoredInstant(models.Model):
    """What the score said of one instrument at one instant of one run."""

    run = models.BigIntegerField()
    instant = models.DateTimeField()
    tick_time = models.DateTimeField()
    price = models.DecimalField(max_digits=18, decimal_places=4)
    previous_close = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    score = models.FloatField()
    severity = models.CharField(max_length=8, choices=Severity.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    expected_move = models.FloatField()
    barrier = models.FloatField()
    protection_cost = models.FloatField()
    horizon_minutes = models.FloatField()
    engine_version = models.CharField(max_length=32)
    model_version = models.CharField(max_length=64, default="")
    # Number of the runtime configuration that judged it; 0 in records from before it was kept.
    config_version = models.PositiveIntegerField(default=0, db_default=0)
    # `base` and the points of each family, which add up to `score`; null in records from before it was kept.
    decomposition = models.JSONField(null=True)

    class Meta:
        abstract = True


# NaN satisfies `score > 0.8` on PostgreSQL; a bounded range is what refuses it.
_FINITE = Q(score__gte=0.0, score__lte=1.0) & Q(barrier__gte=0.0, barrier__lte=10.0)


RARE_SEVERITIES = (
    [Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL],
    [Severity.HIGH, Severity.CRITICAL],
    [Severity.CRITICAL],
)
RARE_SCORES = (0.5, 0.8, 0.9, 0.95, 0.99)


def _rare(name: str, condition: Q) -> models.Index:
    return models.Index(fields=["id", "instrument", "score"], name=name, condition=condition)


class RiskRecord(ScoredInstant):
    id = models.BigIntegerField(primary_key=True)
    # The database does not check it: 500 checks of a commit take as long as its rows, and lock what they look at.
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="records", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [
            # Time before the instrument: the entries of a commit lie beside one another.  Also serves what is asked of
            # the time of a run: sums of minutes, refolds, and the retention job.
            models.UniqueConstraint(fields=["run", "instant", "instrument"], name="record_once_per_instant"),
            models.CheckConstraint(condition=_FINITE, name="record_is_finite"),
        ]
        indexes = [
            # Serves the history of a symbol.
            models.Index(fields=["instrument", "id"], name="record_by_symbol"),
            # Serve histories by severity and by least score, alone and within a symbol, where few records match: one
            # walks the smallest that holds all it asks for, in the order of its answer.  Most records enter none.
            *(_rare(f"record_from_{levels[0].lower()}", Q(severity__in=levels)) for levels in RARE_SEVERITIES),
            *(_rare(f"record_above_{round(100 * score)}", Q(score__gte=score)) for score in RARE_SCORES),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.instant:%Y-%m-%d %H:%M:%S} {self.score:.3f}"


class LatestRisk(ScoredInstant):
    """The newest record of each instrument, so that "live" never scans."""

    instrument = models.OneToOneField(Instrument, on_delete=models.PROTECT, primary_key=True, related_name="latest")
    record_id = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "latest risks"
        constraints = [models.CheckConstraint(condition=_FINITE, name="latest_is_finite")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.score:.3f}"


class BarQuerySet(models.QuerySet["MinuteBar"]):
    """Stored minutes."""

    def closed_by(self, record: RiskRecord) -> "BarQuerySet":
        """Return the minutes of the record's run and instrument that had closed at its instant, newest first."""
        ends_by = record.instant - timedelta(minutes=1)
        own = self.filter(run=record.run, instrument_id=record.instrument_id, start__lte=ends_by, is_warm_up=False)
        return own.order_by("-start")


class MinuteBar(models.Model):
    """One closed minute of one instrument, with the calibrated log-odds of the score at its close."""

    lineage = models.CharField(max_length=10, choices=Lineage.choices)
    run = models.BigIntegerField(null=True)
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="bars", db_index=False)
    session = models.BigIntegerField()
    minute = models.PositiveSmallIntegerField()
    start = models.DateTimeField()
    open = models.DecimalField(max_digits=18, decimal_places=4)
    high = models.DecimalField(max_digits=18, decimal_places=4)
    low = models.DecimalField(max_digits=18, decimal_places=4)
    close = models.DecimalField(max_digits=18, decimal_places=4)
    volume = models.FloatField(null=True)
    ticks = models.PositiveIntegerField()
    log_odds = models.FloatField(null=True)
    spread_bp = models.FloatField(null=True)
    # float32 [4, F]: value, n, coverage and age of each feature at the minute's close; see `risk.stored_features`.
    features = models.BinaryField(null=True)
    # Put there when a run began inside a session, from before its first tick.
    is_warm_up = models.BooleanField(default=False)

    objects = BarQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also serves the reload of a run's session when a worker resumes.
            models.UniqueConstraint(fields=["run", "session", "minute", "instrument"], name="bar_once_per_run")
        ]
        indexes = [models.Index(fields=["instrument", "start"], name="bar_chart")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.start:%Y-%m-%d %H:%M}"


class InstrumentProfile(models.Model):
    """What past sessions taught of one instrument, as of the end of `session`; opaque to the database."""

    lineage = models.CharField(max_length=10, choices=Lineage.choices)
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="profiles", db_index=False)
    session = models.BigIntegerField()
    engine_version = models.CharField(max_length=32)
    payload = models.BinaryField()
    # What the same sessions taught the features; null before any.
    feature_past = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lineage", "session", "instrument"], name="profile_once")]

    def __str__(self) -> str:
        return f"{self.lineage} {self.instrument_id} {self.session}"
