"""Counting tries in the database: it works while the bus is down, and two tries at once cannot share one place.

A try is reserved before the password is looked at, in its own transaction.  A reservation that has been refused says
nothing about the account: an unknown name is counted and locked like a known one.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import client_address
from accounts.models import Attempts
from audit import services as audit
from riskplatform.lib import errors

KEPT_AFTER_END = timedelta(days=1)
TRIES_TO_RESERVE = 20  # two writers may each insert or renew once in between; more means something is wrong


class TooManyAttempts(errors.TooMany):
    code = "too_many_attempts"


@dataclass(frozen=True)
class Limit:
    """At most `most` tries of one key; the count is forgotten `window` after the last try that was let through."""

    kind: str
    value: str
    most: int
    window: timedelta

    @property
    def key(self) -> str:
        return hashlib.sha256(self.value.encode(errors="surrogatepass")).hexdigest()


def sign_in_limits(*, identifier: str, address: str | None) -> list[Limit]:
    """Return the limits of a sign-in: of the typed name, whatever its case, and of where it comes from."""
    window = timedelta(minutes=settings.SIGN_IN_LOCKOUT_MINUTES)
    name = Limit("name", normalised(identifier), settings.SIGN_IN_ATTEMPTS_PER_NAME, window)
    return [*_of_address("address", address, settings.SIGN_IN_ATTEMPTS_PER_ADDRESS, window), name]


def password_limits(*, user_id: int, address: str | None) -> list[Limit]:
    window = timedelta(minutes=settings.SIGN_IN_LOCKOUT_MINUTES)
    person = Limit("password", str(user_id), settings.SIGN_IN_ATTEMPTS_PER_NAME, window)
    return [*_of_address("address", address, settings.SIGN_IN_ATTEMPTS_PER_ADDRESS, window), person]


def registration_limits(*, address: str | None) -> list[Limit]:
    return _of_address("register", address, settings.REGISTRATIONS_PER_ADDRESS, timedelta(hours=1))


def reserve(limits: Sequence[Limit], *, who: str) -> None:
    """Take a place under every limit or, raising TooManyAttempts, under none.  `who` names the try in the audit log."""
    taken: list[Limit] = []
    for limit in limits:
        ends_at = _reserve(limit)
        if ends_at is not None:
            refund(taken)
            _report(limit, who=who)
            seconds = max(1, round((ends_at - timezone.now()).total_seconds()))
            raise TooManyAttempts("Too many attempts. Try again later.", retry_after_seconds=seconds)
        taken.append(limit)


def succeeded(limits: Sequence[Limit]) -> None:
    """Forget the tries of the name or person; give the address back the one place that this try took.

    The address keeps what else failed from there: one good password must not wash away guesses at other accounts.
    """
    own = [limit for limit in limits if limit.kind != "address"]
    for limit in own:
        Attempts.objects.filter(kind=limit.kind, key=limit.key).delete()
    refund([limit for limit in limits if limit not in own])


def refund(limits: Sequence[Limit]) -> None:
    """Give back one place each."""
    for limit in limits:
        Attempts.objects.filter(kind=limit.kind, key=limit.key, made__gt=0).update(made=F("made") - 1)


def normalised(identifier: str) -> str:
    """Return the one spelling under which a typed name or address is counted and compared."""
    return unicodedata.normalize("NFKC", identifier).strip().casefold()


def _of_address(kind: str, address: str | None, most: int, window: timedelta) -> list[Limit]:
    return [Limit(kind, client_address.counted_as(address), most, window)] if address else []


def _reserve(limit: Limit) -> datetime | None:
    """Take a place and return None, or return when there will be one; conditional updates decide, not what was read."""
    for _ in range(TRIES_TO_RESERVE):
        now = timezone.now()
        row = Attempts.objects.filter(kind=limit.kind, key=limit.key)
        if row.filter(ends_at__gt=now, made__lt=limit.most).update(made=F("made") + 1, ends_at=now + limit.window):
            return None
        if row.filter(ends_at__lte=now).update(made=1, is_reported=False, ends_at=now + limit.window):
            return None
        ends_at = row.filter(ends_at__gt=now, made__gte=limit.most).values_list("ends_at", flat=True).first()
        if ends_at is not None:
            return ends_at
        if _insert(limit, now=now):
            return None
    raise errors.Unavailable("Attempts cannot be counted just now.")


def _insert(limit: Limit, *, now: datetime) -> bool:
    Attempts.objects.filter(ends_at__lt=now - KEPT_AFTER_END).delete()
    try:
        with transaction.atomic():
            Attempts.objects.create(kind=limit.kind, key=limit.key, made=1, ends_at=now + limit.window)
    except IntegrityError:  # somebody else made the row since we looked
        return False
    return True


@transaction.atomic
def _report(limit: Limit, *, who: str) -> None:
    """Write one audit entry per lock-out, not one per refused request."""
    row = Attempts.objects.filter(kind=limit.kind, key=limit.key, is_reported=False)
    if row.update(is_reported=True):
        audit.record(action="sign_in_throttled", actor_name=who[:150], object_type="user", detail={"limit": limit.kind})
