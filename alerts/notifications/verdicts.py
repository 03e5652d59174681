"""What becomes of waiting notices: told, dropped, withheld, or held for a while.  Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.models import Alert, Phase, Status
from alerts.notification_models import Channel, Preference
from alerts.notifications import audience, holding
from alerts.notifications.clocks import trading_clock
from alerts.notifications.mutes import subject
from alerts.notifications.muting import WITHHELD, Mutes
from alerts.notifications.quiet import quiet_until
from alerts.notifications.withholding import ENDED, is_pointless
from alerts.outbox_models import Notice
from risk.configuration import LEVELS

NAGGING = (Notice.Event.REPEAT, Notice.Event.ESCALATED)
CALLING = (Notice.Event.OPENED, Notice.Event.ROSE, *NAGGING)
MACHINES = (*CALLING, Notice.Event.ENDED)  # what a colleague says, by assigning, nothing withholds


@dataclass(frozen=True)
class Verdict:
    """What becomes of a notice: `dropped` or `withheld` for a reason, held until `later` for one, or told now."""

    dropped: str = ""
    withheld: str = ""
    later: datetime | None = None
    held: str = field(default="", compare=False)


TELL = Verdict()


class Judge:
    """What has become of the alerts since the notices were written."""

    def __init__(self, channel: Channel, notices: Sequence[Notice], mutes: Mutes, now: datetime) -> None:
        self._channel = channel
        self._notices = notices
        self._mutes = mutes
        self._now = now
        self._may_hear = audience.may_hear(channel)
        self._preference = Preference.objects.filter(user=channel.owner_id).first() if channel.owner_id else None
        ids = {notice.alert_id for notice in notices if notice.event in MACHINES and notice.alert_id is not None}
        found = Alert.objects.filter(pk__in=ids).select_related("instrument")
        self._alerts = {alert.pk: alert for alert in found}
        self._newest = self._newest_instants()
        self._unheard = self._unheard_episodes()
        self._quiet: dict[str, datetime | None] = {}

    def verdicts(self) -> list[Verdict]:
        return [self._verdict(notice) for notice in self._notices]

    def _verdict(self, notice: Notice) -> Verdict:
        if not self._may_hear:
            return Verdict(dropped="the channel is off, or its owner may not read alerts")
        if notice.event in NAGGING and (reason := self._settled(notice)):
            return Verdict(dropped=reason)
        if notice.event in MACHINES and (muted := self._muted(notice)):
            return muted
        return self._held(notice)

    def _held(self, notice: Notice) -> Verdict:
        if notice.event in NAGGING and (until := self._snoozed_until(notice)):
            return Verdict(later=until, held=holding.SNOOZED)
        return Verdict(later=self._quiet_until(notice), held=holding.QUIET)

    def _settled(self, notice: Notice) -> str:
        """Return why nobody has to be reminded any more, empty where they have."""
        alert = self._alerts.get(notice.alert_id or 0)
        if alert is None:
            return "the alert is not there any more"
        if alert.status != Status.OPEN:
            return f"the alert is {alert.status}"
        if notice.event == Notice.Event.REPEAT and alert.phase == Phase.ENDED:
            return "the alert has ended"
        newest = self._newest.get(notice.alert_key)
        is_overtaken = newest is not None and notice.instant is not None and newest > notice.instant
        return "something newer was told of the alert" if is_overtaken else ""

    def _muted(self, notice: Notice) -> Verdict | None:
        """Return that a notice is withheld, or pointless since its beginning was; None where it may be told."""
        alert = self._alerts.get(notice.alert_id or 0)
        if alert is None:  # deleted since: what is known of it is told
            return None
        if reason := self._mutes.reason(subject(alert, told=notice.severity)):
            pointless = is_pointless(notice.event, alert)
            return Verdict(dropped=f"{reason}; {ENDED}") if pointless else Verdict(withheld=reason)
        if notice.event == Notice.Event.ENDED and notice.alert_key in self._unheard:
            return Verdict(dropped="its beginning was withheld")
        return None

    def _unheard_episodes(self) -> set[str]:
        """Return the episodes that end here and of whose beginning the channel heard nothing, since it was withheld."""
        keys = {notice.alert_key for notice in self._notices if notice.event == Notice.Event.ENDED}
        if not keys:
            return set()
        begun = Notice.objects.filter(alert_key__in=keys, channel=self._channel, event__in=CALLING)
        withheld = begun.filter(reason__startswith=WITHHELD)
        heard = begun.filter(state__in=[Notice.State.GROUPED, Notice.State.SHOWN, Notice.State.WAITING])
        return set(withheld.values_list("alert_key", flat=True)) - set(heard.values_list("alert_key", flat=True))

    def _snoozed_until(self, notice: Notice) -> datetime | None:
        """Return until when nobody is to be reminded; log time, which but for a replay is the clock's."""
        alert = self._alerts.get(notice.alert_id or 0)
        until = alert.snoozed_until if alert is not None else None
        return until if until is not None and until > self._now else None

    def _newest_instants(self) -> dict[str, datetime]:
        keys = {notice.alert_key for notice in self._notices if notice.event in NAGGING}
        if not keys:
            return {}
        rows = Notice.objects.filter(alert_key__in=keys, channel=self._channel, event__in=CALLING)
        newest: dict[str, datetime] = {}
        for key, instant in rows.values_list("alert_key", "instant"):
            if instant is not None and instant >= newest.get(key, instant):
                newest[key] = instant
        return newest

    def _quiet_until(self, notice: Notice) -> datetime | None:
        """Return until when the owner is quiet.  A CRITICAL alert, or a test, waits for nobody who has not said so."""
        wish = self._preference
        if wish is None or self._channel.kind == Channel.Kind.IN_APP or notice.event == Notice.Event.TEST:
            return None
        if notice.severity == LEVELS[-1] and not wish.quiet_holds_critical:
            return None
        source = str(notice.facts.get("source", ""))
        if source not in self._quiet:
            self._quiet[source] = quiet_until(self._now, wish.quiet, clock=trading_clock(source))
        return self._quiet[source]
