"""Sums over time of what the score said, so that charts and statistics never read raw records."""

from django.db import models


class Rollup(models.Model):
    """Scores of one run within an interval that begins at `start`: their highest, their sum, and how many."""

    run = models.BigIntegerField()
    start = models.DateTimeField()
    high = models.FloatField()
    total = models.FloatField()
    records = models.PositiveIntegerField()
    records_normal = models.PositiveIntegerField()
    records_low = models.PositiveIntegerField()
    records_medium = models.PositiveIntegerField()
    records_high = models.PositiveIntegerField()
    records_critical = models.PositiveIntegerField()

    class Meta:
        abstract = True


class MinuteRollup(Rollup):
    """The scores of one instrument within one minute."""

    instrument = models.ForeignKey(
        "risk.Instrument", on_delete=models.PROTECT, related_name="minute_rollups", db_index=False
    )
    open = models.FloatField()
    low = models.FloatField()
    close = models.FloatField()

    class Meta:
        constraints = [
            # Also serves the statistics of a run over a range: the minutes of all instruments lie beside one another.
            models.UniqueConstraint(fields=["run", "start", "instrument"], name="minute_rollup_once")
        ]
        # Serves the retention job.
        indexes = [models.Index(fields=["start"], name="minute_rollup_start")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.start:%Y-%m-%d %H:%M}"


class MarketRollup(Rollup):
    """The scores of all instruments of one partition within five minutes, and which records they were.

    Every stored record lies between `first_id` and `last_id` of the rollup of its instant; histories of a time range
    begin to read there.  Partitions have rows of their own, so that their commits never wait for one another.
    """

    partition = models.PositiveSmallIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()

    class Meta:
        constraints = [
            # Also serves the trend of a run.
            models.UniqueConstraint(fields=["run", "start", "partition"], name="market_rollup_once")
        ]
        # Serves the history of a time range over all runs, and the retention job.
        indexes = [models.Index(fields=["start"], name="market_rollup_start")]

    def __str__(self) -> str:
        return f"run {self.run}, partition {self.partition}, {self.start:%Y-%m-%d %H:%M}"
