"""Versions of the runtime configuration, and where each partition took one up."""

from typing import Any

from django.db import models

from risk.configuration import RiskConfig


class ConfigVersion(models.Model):
    """One immutable set of values: who, why, when, and what it changed.  The newest is the one in force."""

    number = models.PositiveIntegerField(primary_key=True)
    values = models.JSONField()
    changes = models.JSONField(default=list)  # [{name, before, after}] against the version before
    reason = models.CharField(max_length=500)
    rolled_back_to = models.PositiveIntegerField(null=True, blank=True)
    # Plain columns: who made it stays known when the account goes.
    author_id = models.BigIntegerField(null=True, blank=True)
    author_name = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"configuration {self.number}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise TypeError("a configuration version is never changed; make a new one")
        super().save(*args, **options)

    @property
    def config(self) -> RiskConfig:
        """The values; a setting that is younger than this version has its default."""
        return RiskConfig.of(self.values)


class ConfigAdoption(models.Model):
    """From which record instant on a partition's fold used a version; written with the first commit that did."""

    run = models.BigIntegerField()
    partition = models.PositiveSmallIntegerField()
    instant = models.BigIntegerField()  # microseconds UTC, log time
    version = models.ForeignKey(ConfigVersion, on_delete=models.PROTECT, related_name="adoptions")
    adopted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "partition", "instant"], name="adoption_once_per_instant")
        ]

    def __str__(self) -> str:
        return f"run {self.run} partition {self.partition}: {self.version_id} from {self.instant}"
