"""Channels, notices and deliveries for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from alerts.judging import Happened
from alerts.models import Alert
from alerts.notification_models import Channel
from alerts.notifications.sealing import seal
from alerts.rules import Step

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)  # a Wednesday, 11:30 in India: the market trades
SECRET = "whsec_for-the-tests"


def make_channel(owner: User | None, *, kind: str = "webhook", secret: str = SECRET, **changes: Any) -> Channel:
    facts = {"name": kind, "address": "https://hooks.example.com/risk", "minimum_severity": "MEDIUM", **changes}
    return Channel.objects.create(owner=owner, kind=kind, sealed_secret=seal(secret), **facts)


def opened(alert: Alert) -> Happened:
    """Return the step with which an alert of tests began."""
    return Happened(alert, Step.OPENED, None, alert.severity, alert.peak_score, None, alert.opened_at)


def rose(alert: Alert, *, seconds: int) -> Happened:
    """Return a later rise to the alert's severity."""
    at = alert.opened_at + timedelta(seconds=seconds)
    return Happened(alert, Step.ROSE, "HIGH", alert.severity, alert.peak_score, None, at)


def ended(alert: Alert, *, seconds: int = 60) -> Happened:
    """Return the step with which an alert ends."""
    at = alert.opened_at + timedelta(seconds=seconds)
    return Happened(alert, Step.ENDED, alert.severity, None, None, None, at)
