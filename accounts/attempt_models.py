"""How often something was tried, so that guessing is slow."""

from django.db import models


class Attempts(models.Model):
    """What is left of one key's tries.  The key is a hash: what people type as a name may be a password."""

    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=64)
    made = models.PositiveIntegerField(default=0)
    is_reported = models.BooleanField(default=False)
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "attempts"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="attempts_one_row_per_key")]
        indexes = [models.Index(fields=["ends_at"], name="attempts_by_end")]  # sweeping up what is long over

    def __str__(self) -> str:
        return f"{self.made} attempts on {self.kind} {self.key[:8]}"
