"""What withholds notifications now, read from the tables."""

from datetime import datetime

from alerts.models import Alert, Status
from alerts.notifications.muting import Mutes, Subject, market_share
from alerts.silence_models import Silence
from risk.config_services import in_force
from risk.configuration import LEVELS
from risk.services import MARKET_INDEX


def mutes_at(now: datetime) -> Mutes:
    """Return the silences that hold, and the market index's score alerts that go on and that nobody has resolved."""
    silences = [one.silenced for one in Silence.objects.active(at=now)]
    going = Alert.objects.unended().filter(rule=Alert.Rule.SCORE, instrument__symbol=MARKET_INDEX)
    speaking = [subject(one) for one in going.exclude(status=Status.RESOLVED).select_related("instrument")]
    share = in_force().config.inhibit_market_share if speaking else 1.0
    return Mutes(silences, speaking, share)


def subject(alert: Alert, *, told: str = "") -> Subject:
    """Return what decides over an alert whose instrument is loaded; `told` is the severity that a notice speaks of."""
    severity = max((one for one in (alert.severity, told) if one), key=LEVELS.index)
    instrument = alert.instrument
    is_score = alert.rule == Alert.Rule.SCORE
    return Subject(
        alert_id=alert.pk,
        run=alert.run,
        rule=alert.rule,
        symbol=alert.symbol,
        exchange=None if instrument is None else instrument.exchange,
        severity=severity,
        market_share=market_share(alert.peak.get("decomposition") or {}) if is_score else None,
    )
