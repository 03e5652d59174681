"""What a user wants to hear, and how the desk is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from accounts.capabilities import Capability
from accounts.models import User
from alerts.notification_models import EscalationStep, NotificationPolicy, Preference
from alerts.notifications import audience
from alerts.notifications.quiet import PHASES
from audit import services as audit
from risk.models import Instrument
from riskplatform.lib import errors

MOST_STEPS: Final = 20
ALL_SOURCES: Final = (*audience.SOURCES, "replay")
_PREFERENCE: Final = (
    "symbols", "tells_endings", "quiet_from", "quiet_to", "quiet_phases", "quiet_holds_critical"
)  # fmt: skip
_POLICY: Final = ("group_seconds", "repeat_hours", "keep_days", "sources")


@dataclass(frozen=True)
class Step:
    """One person of the escalation's order, after `delay_minutes` of trading without an acknowledgement."""

    user_id: int
    delay_minutes: int
    minimum_severity: str


def preference_of(user: User) -> Preference:
    """Return the user's preferences; the defaults, not stored, where they have said nothing."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


@transaction.atomic
def change_preference(changes: Mapping[str, Any], *, by: User) -> Preference:
    """Change some of one's own preferences.  Raises Invalid for unknown symbols and for a quiet that never ends."""
    preference = preference_of(by)
    for name, value in changes.items():
        setattr(preference, name, value)
    _check_symbols(preference.symbols)
    _check_quiet(preference)
    values = {name: getattr(preference, name) for name in _PREFERENCE}
    stored, _ = Preference.objects.update_or_create(user=by, defaults=values)
    _record("preference_changed", "user", by.pk, values, by=by)
    return stored


@transaction.atomic
def change_policy(changes: Mapping[str, Any], *, escalation: Sequence[Step] | None, by: User) -> NotificationPolicy:
    """Change how the desk is told; `escalation` replaces the whole order.  Raises Invalid.

    An order counts for alerts that open or rise from now on.
    """
    _check_sources(changes.get("sources", []))
    policy = audience.policy()
    for name, value in changes.items():
        setattr(policy, name, value)
    policy.save(update_fields=list(_POLICY))
    if escalation is not None:
        _replace_steps(escalation)
    values = {name: getattr(policy, name) for name in _POLICY}
    order = list(EscalationStep.objects.values("user__username", "delay_minutes", "minimum_severity"))
    _record("notification_policy_changed", "notification_policy", policy.pk, {**values, "escalation": order}, by=by)
    return policy


def _replace_steps(steps: Sequence[Step]) -> None:
    if len(steps) > MOST_STEPS:
        raise errors.Invalid(f"An order may have {MOST_STEPS} steps, it had {len(steps)}.")
    delays = [step.delay_minutes for step in steps]
    if delays != sorted(delays):
        raise errors.Invalid(f"Each step must wait at least as long as the one before it, the minutes were {delays}.")
    people = User.objects.in_bulk({step.user_id for step in steps})
    for step in steps:
        _check_person(people.get(step.user_id), step.user_id)
    EscalationStep.objects.all().delete()
    EscalationStep.objects.bulk_create(
        EscalationStep(position=position, **vars(step)) for position, step in enumerate(steps, start=1)
    )


def _check_person(person: User | None, user_id: int) -> None:
    if person is None or not person.is_active:
        raise errors.Invalid(f"There is no active user {user_id}.")
    if not person.can(Capability.HANDLE_ALERTS):
        raise errors.Invalid(f"{person.username} may not handle alerts, so nothing can be escalated to them.")


def _check_sources(sources: object) -> None:
    """Refuse what is no list of sources; the admin's form lets any JSON through."""
    if not isinstance(sources, list) or not all(one in ALL_SOURCES for one in sources):
        raise errors.Invalid(f"`sources` must be a list of {', '.join(ALL_SOURCES)}, was {sources!r}.")


def _check_symbols(symbols: Sequence[str]) -> None:
    known = set(Instrument.objects.filter(symbol__in=symbols).values_list("symbol", flat=True))
    if unknown := [symbol for symbol in symbols if symbol not in known]:
        raise errors.Invalid(f"There is no instrument {unknown[0]!r}.")


def _check_quiet(preference: Preference) -> None:
    if (preference.quiet_from is None) != (preference.quiet_to is None):
        raise errors.Invalid("Quiet hours need both ends: give `quiet_from` and `quiet_to`, or neither.")
    if preference.quiet_from is not None and preference.quiet_from == preference.quiet_to:
        raise errors.Invalid("Quiet hours that begin and end at the same time hold nothing; leave both out.")
    if set(preference.quiet_phases) >= set(PHASES):
        raise errors.Invalid("Not every phase of the market can be quiet; switch the channel off instead.")


def _record(action: str, kind: str, pk: int, values: Mapping[str, Any], *, by: User) -> None:
    audit.record(action=action, actor=by, object_type=kind, object_id=pk, detail=values)
