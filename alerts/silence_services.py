"""The only writer of silences: made and ended by people, with audit; alerts say at once what that changes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.capabilities import Capability
from accounts.models import User
from alerts.models import Alert
from alerts.mute_services import mark_muted
from alerts.silence_models import Silence
from audit import services as audit
from risk.configuration import LEVELS
from risk.messages import stamp
from risk.models import Instrument, Severity
from riskplatform.lib import errors

LONGEST: Final = timedelta(days=30)
FURTHEST: Final = timedelta(days=30)


class BadSilence(errors.Invalid):
    code = "bad_silence"


class SilenceMissing(errors.Missing):
    code = "silence_not_found"


class SilenceOver(errors.Conflict):
    """It has run out, or somebody was faster."""

    code = "silence_over"


@dataclass(frozen=True)
class NewSilence:
    """What is asked for; an empty part is left open, but one must be named.  Without a severity nothing CRITICAL."""

    reason: str
    ends_at: datetime
    starts_at: datetime | None = None
    symbols: Sequence[str] = ()
    exchanges: Sequence[str] = ()
    rules: Sequence[str] = ()
    max_severity: str | None = None


@transaction.atomic
def create(asked: NewSilence, *, by: User) -> Silence:
    """Silence what fits the scope.  Raises BadSilence, and Forbidden where CRITICAL is not the person's to silence."""
    now = timezone.now()
    if asked.max_severity == LEVELS[-1] and not by.can(Capability.CONFIGURE):
        raise errors.Forbidden("Only administrators silence CRITICAL alerts.")
    starts_at = asked.starts_at or now
    _check_scope(asked)
    _check_times(starts_at, asked.ends_at, now)
    silence = Silence.objects.create(
        symbols=_sorted(asked.symbols), exchanges=_sorted(asked.exchanges), rules=_sorted(asked.rules),
        max_severity=asked.max_severity or Severity.HIGH, reason=_reason(asked.reason), author_id=by.pk,
        author=by.get_username(), starts_at=starts_at, ends_at=asked.ends_at, created_at=now,
    )  # fmt: skip
    _record("silence_created", silence, by=by)
    mark_muted(now=now)
    return silence


@transaction.atomic
def end(silence_id: int, *, by: User) -> Silence:
    """End a silence before its time; the notifier tells what it withheld.  Raises SilenceMissing, SilenceOver."""
    now = timezone.now()
    going = Silence.objects.filter(pk=silence_id, ended_at=None, ends_at__gt=now)
    moved = going.update(ended_at=now, ended_by_id=by.pk, ended_by=by.get_username())
    silence = Silence.objects.filter(pk=silence_id).first()
    if silence is None:
        raise SilenceMissing(f"There is no silence {silence_id}.")
    if not moved:
        by_whom = f", ended by {silence.ended_by}" if silence.ended_by else ""
        raise SilenceOver(f"Silence {silence_id} is over already{by_whom}.")
    _record("silence_ended", silence, by=by)
    mark_muted(now=now)
    return silence


def _reason(text: str) -> str:
    if not text.strip():
        raise BadSilence("A silence takes a reason.")
    return text.strip()


def _check_scope(asked: NewSilence) -> None:
    if not (asked.symbols or asked.exchanges or asked.rules or asked.max_severity):
        raise BadSilence("A silence names at least one of symbols, exchanges, rules and max_severity.")
    known = Instrument.objects.filter(Q(symbol__in=asked.symbols) | Q(exchange__in=asked.exchanges))
    rows = list(known.values_list("symbol", "exchange"))
    _check_known("instrument", asked.symbols, {symbol for symbol, _ in rows})
    _check_known("exchange with an instrument", asked.exchanges, {exchange for _, exchange in rows})
    _check_known("rule", asked.rules, Alert.Rule.values)
    if asked.max_severity is not None:
        _check_known("severity of alerts", [asked.max_severity], LEVELS)


def _check_known(what: str, names: Sequence[str], known: Collection[str]) -> None:
    if unknown := [name for name in names if name not in known]:
        raise BadSilence(f"There is no {what} {unknown[0]!r}.")


def _check_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= max(starts_at, now):
        raise BadSilence(f"A silence ends after it starts and after now, {stamp(now)}; it was to end {stamp(ends_at)}.")
    if starts_at > now + FURTHEST:
        raise BadSilence(f"A silence starts within {FURTHEST.days} days; it was to start {stamp(starts_at)}.")
    if ends_at - starts_at > LONGEST:
        raise BadSilence(f"A silence lasts {LONGEST.days} days at most; it was to end {stamp(ends_at)}.")


def _sorted(names: Sequence[str]) -> list[str]:
    return sorted(set(names))


def _record(action: str, silence: Silence, *, by: User) -> None:
    detail = {
        "symbols": silence.symbols, "exchanges": silence.exchanges, "rules": silence.rules,
        "max_severity": silence.max_severity, "reason": silence.reason, "author": silence.author,
        "starts_at": stamp(silence.starts_at), "ends_at": stamp(silence.ends_at),
    }  # fmt: skip
    audit.record(action=action, actor=by, object_type="silence", object_id=silence.pk, detail=detail)
