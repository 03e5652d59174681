"""Where one is signed in, by browsers and by the API, and ending that: one of them, or all but this one."""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import devices, family_services
from accounts.models import BrowserSession, TokenFamily, User
from audit import services as audit
from riskplatform.lib import errors

LONGEST_ID: Final = 18


@dataclass(frozen=True)
class SignIn:
    """One open door of a person.  `door` and `id` name it in forms; nothing here opens anything."""

    door: str
    id: str
    user_agent: str
    address: str | None
    began_at: datetime
    used_at: datetime
    is_current: bool = False

    @property
    def device(self) -> str:
        return devices.named(self.user_agent)


def belongs_to(session: SessionBase, user: User) -> bool:
    """Return whether somebody is signed in with this session, and is this person."""
    return bool(session.get(SESSION_KEY) == str(user.pk))


def note_use(user: User, *, key: str, user_agent: str, address: str | None) -> None:
    """Note that the session `key` was used now, and from where."""
    facts = {"user_agent": devices.printable(user_agent), "address": address, "last_used_at": timezone.now()}
    if BrowserSession.objects.filter(session_id=key, user=user).update(**facts):
        return
    with suppress(IntegrityError), transaction.atomic():  # noted by another process, or ended, in this instant
        if Session.objects.filter(pk=key).exists():
            BrowserSession.objects.create(session_id=key, user=user, **facts)


def open_sign_ins(user: User, *, current: str | None) -> list[SignIn]:
    """Return where the user is signed in now, `current` (a session key) first, then the last used."""
    browsers = [
        SignIn("browser", str(row.pk), row.user_agent, row.address, row.created_at, row.last_used_at,
               is_current=row.session_id == current)
        for row in _open_browsers(user)
    ]  # fmt: skip
    families = [
        SignIn("api", str(row.pk), row.user_agent, row.address, row.created_at, row.last_used_at)
        for row in family_services.open_families(user)
    ]
    return sorted([*browsers, *families], key=lambda one: (one.is_current, one.used_at), reverse=True)


@transaction.atomic
def end(user: User, *, door: str, pk: str) -> None:
    """End one of one's own sign-ins.  Raises Missing when it is not theirs or has ended."""
    if door == "api":
        family_services.end_by_choice(user, family=_uuid(pk))
        return
    is_number = door == "browser" and pk.isascii() and pk.isdigit() and len(pk) <= LONGEST_ID
    row = BrowserSession.objects.filter(user=user, pk=int(pk)).first() if is_number else None
    if row is None or not Session.objects.filter(pk=row.session_id).delete()[0]:
        raise errors.Missing("There is no such open sign-in of yours.")
    audit.record(action="session_ended", actor=user, object_type="browser_session", object_id=pk)
    family_services.announce(user.pk)


@transaction.atomic
def end_others(user: User, *, current: str | None) -> int:
    """End every sign-in of the user but the session `current`; return how many there were."""
    keys = [row.session_id for row in _open_browsers(user) if row.session_id != current]
    Session.objects.filter(pk__in=keys).delete()
    ended = family_services.end_every(user, reason=TokenFamily.Reason.ENDED_BY_USER)
    detail = {"browsers": len(keys), "api": ended}
    audit.record(action="other_sessions_ended", actor=user, object_type="user", object_id=user.pk, detail=detail)
    family_services.announce(user.pk)
    return len(keys) + ended


def _open_browsers(user: User) -> list[BrowserSession]:
    """Return the sessions that still let their holder in: a new password or role leaves rows that do not."""
    rows = BrowserSession.objects.filter(user=user, session__expire_date__gt=timezone.now()).select_related("session")
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    return [row for row in rows if row.session.get_decoded().get(HASH_SESSION_KEY) in hashes]


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as problem:
        raise errors.Missing("There is no such open sign-in of yours.") from problem
