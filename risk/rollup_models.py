"""Sums over time of what the score said, so that charts and statistics never read raw records."""

from django.db import models


class Rollup(models.Model):
    """Scores of one run within an interval that begins at `start`: their highest, their sum, and how many.

    A score has six decimals: a sum of millionths is exact, whatever the order in which they were added.
    """

    run = models.BigIntegerField()
    start = models.DateTimeField()
    high = models.FloatField()
    total_millionths = models.BigIntegerField()
    records = models.PositiveIntegerField()
    records_normal = models.PositiveIntegerField()
    records_low = models.PositiveIntegerField()
    records_medium = models.PositiveIntegerField()
    records_high = models.PositiveIntegerField()
    records_critical = models.PositiveIntegerField()

    class Meta:
        abstract = True


class InstrumentRollup(Rollup):
    """The scores of one instrument: the first, the lowest and the last of them too."""

    # Summed from records whose instruments exist.
    instrument = models.ForeignKey(
        "risk.Instrument", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    open = models.FloatField()
    low = models.FloatField()
    close = models.FloatField()

    class Meta:
        abstract = True


class MinuteRollup(InstrumentRollup):
    """The scores of one instrument within one minute that has passed."""

    class Meta:
        constraints = [
            # Also serves the statistics of a run over a range: the minutes of all instruments lie beside one another.
            models.UniqueConstraint(fields=["run", "start", "instrument"], name="minute_rollup_once")
        ]
        # Serves the retention job.
        indexes = [models.Index(fields=["start"], name="minute_rollup_start")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.start:%Y-%m-%d %H:%M}"


class HourRollup(InstrumentRollup):
    """The scores of one instrument within one hour (UTC) that has passed, so that a day is not read by minutes."""

    last_minute = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "start", "instrument"], name="hour_rollup_once")]
        indexes = [models.Index(fields=["start"], name="hour_rollup_start")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.start:%Y-%m-%d %H:00}"


class MarketRollup(Rollup):
    """The scores of all instruments of one partition within five minutes, and which records they were.

    Every stored record lies between `first_id` and `last_id` of the rollup of its instant; histories of a time range
    begin to read there.  Partitions have rows of their own, so that their commits never wait for one another.
    `raised_millionths` sums the points that lift scores above their normal, `market_millionths` those of them that are
    market-wide; null in rollups that began before points were summed.
    """

    partition = models.PositiveSmallIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    raised_millionths = models.BigIntegerField(null=True)
    market_millionths = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            # Also serves the trend of a run.
            models.UniqueConstraint(fields=["run", "start", "partition"], name="market_rollup_once")
        ]
        # Serves the history of a time range over all runs, and the retention job.
        indexes = [models.Index(fields=["start"], name="market_rollup_start")]

    def __str__(self) -> str:
        return f"run {self.run}, partition {self.partition}, {self.start:%Y-%m-%d %H:%M}"
