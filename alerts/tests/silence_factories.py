"""Silences and alerts of a market-wide move, for tests."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from alerts.models import Alert
from alerts.silence_models import Silence
from alerts.tests.factories import make_alert
from risk.models import Instrument

MARKET = {"base": 0.3, "market_wide": 0.45, "jump": 0.05}  # .45 of .50 points: nine tenths


def make_silence(author: User, *, at: datetime | None = None, hours: int = 2, **changes: object) -> Silence:
    """Return a silence of everything up to HIGH that has just begun."""
    begins = at or timezone.now()
    facts: dict[str, object] = {
        "reason": "results day", "author_id": author.pk, "author": author.get_username(), "starts_at": begins,
        "ends_at": begins + timedelta(hours=hours), "created_at": begins,
    }  # fmt: skip
    return Silence.objects.create(**{**facts, **changes})


def make_market_alert(instrument: Instrument, *, severity: str = "HIGH", second: int = 0, **changes: object) -> Alert:
    """Return a score alert that the market-wide family drove."""
    record = {"id": 78, "risk_score": 0.8, "symbol": instrument.symbol, "decomposition": MARKET}
    return make_alert(instrument, severity=severity, second=second, opening=record, peak=record, **changes)
