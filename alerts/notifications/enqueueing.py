"""Writes to the outbox what somebody is to be told, in the transaction of what happened.

Only inserts, and none that waits: this runs inside the pipeline's commit.  Who is quiet, what has been overtaken and
what goes together is decided later, by the notifier (`assembling`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from accounts.models import User
from alerts.judging import Happened
from alerts.messages import AlertMessage, alert_message
from alerts.models import Alert, Status
from alerts.notification_models import Channel, EscalationStep, NotificationPolicy
from alerts.notifications import audience
from alerts.notifications.audience import Audience
from alerts.notifications.clocks import trading_clock
from alerts.notifications.keys import digest
from alerts.outbox_models import Notice
from alerts.rules import Step
from alerts.snoozing import after_trading_minutes
from risk.configuration import LEVELS
from risk.storage import microseconds, moment

logger = structlog.get_logger(__name__)
TOLD = (Step.OPENED, Step.ROSE, Step.ENDED)


def enqueue(happened: Sequence[Happened], *, now: datetime | None = None) -> None:
    """Write a notice per event and channel that wants it, and those of the escalation, which wait for their time.

    An event that was written before is left as it was.  Events of a source that the policy leaves out are not told.
    """
    told = [one for one in happened if one.step in TOLD]
    if not told:
        return
    policy = audience.policy()
    told = [one for one in told if _is_told(one, policy)]
    if not told:
        return
    who, at = Audience.now(), now or timezone.now()
    notices = [notice for one in told for notice in _notices(one, who, policy, at)]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=500)


def enqueue_assignment(alert: Alert, *, to: User, by: User) -> None:
    """Write for every channel of theirs that an alert is now somebody's; who takes it for themselves is not told."""
    if to.pk == by.pk:
        return
    at = timezone.now()
    facts = alert_message(alert, event=Notice.Event.ASSIGNED.value)
    episode = episode_key(alert)
    notices = [
        Notice(
            key=digest([episode, "assigned", microseconds(at), channel.pk]), channel=channel,
            event=Notice.Event.ASSIGNED, severity=alert.severity, alert_key=episode, alert_id=alert.pk, facts=facts,
            not_before=at, due_at=at,
        )
        for channel in Audience.now().channels_of(to.pk)
    ]  # fmt: skip
    Notice.objects.bulk_create(notices)


def episode_key(alert: Alert) -> str:
    """Return what the same episode has whenever it is raised again, by a fold of the same log."""
    place = alert.partition if alert.instrument_id is None else None  # a symbol may move to another partition
    return digest([alert.run, place, alert.instrument_id, str(alert.rule), microseconds(alert.opened_at)])


def _is_told(one: Happened, policy: NotificationPolicy) -> bool:
    # The watchdog's alerts have no source before the first feed; they are the platform's own.
    is_of_source = one.alert.source in policy.sources or (one.alert.instrument_id is None and not one.alert.run)
    return is_of_source and not (one.step is Step.ROSE and one.alert.status == Status.RESOLVED)


def _notices(one: Happened, who: Audience, policy: NotificationPolicy, at: datetime) -> Iterator[Notice]:
    is_ending = one.step is Step.ENDED
    severity = one.alert.peak_severity if is_ending else str(one.after)
    facts = _facts(one, severity)
    for channel in who.of(severity=severity, symbol=one.alert.symbol, is_ending=is_ending):
        waits = timedelta(seconds=_grouped_for(channel, severity, policy))
        yield _notice(one, channel, one.step.value, severity, facts, not_before=at, due_at=at + waits)
    if is_ending:
        return
    for step in _steps_for(severity, who):
        due = _escalated_at(one, step, at)
        for channel in who.channels_of(step.user_id):
            event = Notice.Event.ESCALATED.value
            yield _notice(one, channel, event, severity, facts, not_before=due, due_at=due, step=step.delay_minutes)


def _steps_for(severity: str, who: Audience) -> Iterator[EscalationStep]:
    level = LEVELS.index(severity)
    return (step for step in who.steps if level >= LEVELS.index(step.minimum_severity))


def _grouped_for(channel: Channel, severity: str, policy: NotificationPolicy) -> int:
    """Return for how many seconds an event waits for others; a CRITICAL one, and a list to look at, wait for none."""
    return 0 if severity == LEVELS[-1] or channel.kind == Channel.Kind.IN_APP else policy.group_seconds


def _escalated_at(one: Happened, step: EscalationStep, at: datetime) -> datetime:
    """Return when a step is due: in trading minutes; where the calendar ends, in plain ones, rather than never."""
    clock, minutes = trading_clock(one.alert.source), step.delay_minutes
    try:
        return moment(after_trading_minutes(clock, instant=microseconds(at), minutes=minutes))
    except LookupError:
        logger.warning("trading calendar ends before an escalation", alert=one.alert.pk, minutes=minutes)
        return at + timedelta(minutes=minutes)


def _facts(one: Happened, severity: str) -> AlertMessage:
    """Return the alert's message as of the event: within one commit an alert may open and rise."""
    message = alert_message(one.alert, event=one.step.value)
    message["severity"] = severity
    return message


def _notice(
    one: Happened,
    channel: Channel,
    event: str,
    severity: str,
    facts: AlertMessage,
    *,
    not_before: datetime,
    due_at: datetime,
    step: int = 0,
) -> Notice:
    episode = episode_key(one.alert)
    return Notice(
        key=digest([episode, one.step.value, microseconds(one.instant), channel.pk, event, step]),
        channel=channel,
        event=event,
        severity=severity,
        alert_key=episode,
        alert_id=one.alert.pk,
        instant=one.instant,
        facts=facts,
        not_before=not_before,
        due_at=due_at,
    )
