"""Stored accounts of backtests."""

from typing import Any

from django.db import models


class BacktestResult(models.Model):
    """The account of one walk-forward run (`risk/quality_account.py`): what data, which versions, who and when."""

    engine_version = models.CharField(max_length=32)
    model_version = models.CharField(max_length=64)
    account = models.JSONField()
    author_name = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"backtest {self.pk} of {self.created_at:%Y-%m-%d}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise TypeError("a backtest's result is never changed; run it again")
        super().save(*args, **options)
