"""Scores and alerts for tests."""

from datetime import UTC, datetime, timedelta

import numpy as np
from django.utils import timezone

from alerts import services
from alerts.judging import Judged
from alerts.models import Alert
from risk.configuration import RiskConfig, Version
from risk.models import Instrument
from risk.quant.scoring import SCORE
from risk.record_services import update_from_row

BEGAN = datetime(2026, 11, 25, 5, tzinfo=UTC)
BEGAN_US = round(BEGAN.timestamp()) * 1_000_000
SECOND = 1_000_000
AT_ONCE = RiskConfig(alert_pending_seconds=0, alert_hold_seconds=0, alert_keep_firing_seconds=0)


def batch(
    scores: dict[int, float], *, second: int, run: int = 1, version: Version | None = None, state: int = 0
) -> Judged:
    """Return the records of one instant: instrument id -> score; without a `version`, alerts move at once."""
    version = version or Version(1, AT_ONCE)
    rows = np.zeros(len(scores), dtype=SCORE)
    rows["instrument"], rows["score"] = list(scores), list(scores.values())
    rows["state"], rows["price"], rows["previous_close"] = state, 100.0, 99.0
    rows["base"], rows["points"][:, 0] = 0.3, rows["score"] - 0.3
    instant = BEGAN_US + second * SECOND
    rows["tick_time"] = instant
    updates = [
        update_from_row(
            row, run=run, record_id=1000 * second + n, instant=instant, source="simulated", config=version.config
        )
        for n, row in enumerate(rows)
    ]
    return Judged(run, instant, rows, updates, version)


def judge_path(instrument: Instrument, scores: list[float], *, start: int = 1, version: Version | None = None) -> None:
    """Commit one record a second."""
    for second, score in enumerate(scores, start=start):
        services.judge_records([batch({instrument.pk: score}, second=second, version=version)], ended=[], partition=0)


def make_alert(instrument: Instrument, *, severity: str = "HIGH", second: int = 0, **changes: object) -> Alert:
    record = {"id": 77, "risk_score": 0.81, "symbol": instrument.symbol, "decomposition": {"base": 0.3, "jump": 0.51}}
    at = BEGAN + timedelta(seconds=second)
    facts: dict[str, object] = {
        "partition": instrument.partition, "run": 1, "source": "simulated", "config_version": 1,
        "opening": record, "peak": record, "severity": severity,
        "peak_severity": severity, "peak_score": 0.81, "driver": "jump", "opened_at": at, "peak_at": at,
        "raised_at": timezone.now(),
    }  # fmt: skip
    return Alert.objects.create(instrument=instrument, **{**facts, **changes})
