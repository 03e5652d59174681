"""The door somebody came in by: one API sign-in, one browser session or one service token.

What a door let in (a request, a socket, a ticket) ends when the door is shut.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from accounts.token_models import ServiceToken, TokenFamily


class DoorKind(StrEnum):
    FAMILY = "family"
    SESSION = "session"
    SERVICE = "service"


@dataclass(frozen=True)
class Door:
    """`key` is the family's id, the session's key or the service token's identifier."""

    kind: DoorKind
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    @classmethod
    def parse(cls, text: str) -> "Door":
        """Return the door that `str` wrote.  Raises ValueError."""
        kind, _, key = text.partition(":")
        return cls(DoorKind(kind), key)

    @classmethod
    def of_session(cls, request: HttpRequest) -> "Door":
        return cls(DoorKind.SESSION, request.session.session_key or "")


def still_open(doors: Collection[Door]) -> set[Door]:
    """Return the doors that are not shut and not past their time: one query per kind that occurs."""
    keys = {kind: [door.key for door in doors if door.kind is kind] for kind in DoorKind}
    found: set[Door] = set()
    for kind, look_up in _LOOK_UPS.items():
        if keys[kind]:
            found |= {Door(kind, key) for key in look_up(keys[kind])}
    return found & set(doors)


def _open_families(keys: list[str]) -> Iterable[str]:
    ids = [uuid.UUID(key) for key in keys]
    return (str(pk) for pk in TokenFamily.objects.open().filter(pk__in=ids).values_list("pk", flat=True))


def _open_sessions(keys: list[str]) -> Iterable[str]:
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return sessions.values_list("session_key", flat=True)


def _open_service_tokens(keys: list[str]) -> Iterable[str]:
    tokens = ServiceToken.objects.filter(identifier__in=keys, revoked_at=None, expires_at__gt=timezone.now())
    return tokens.values_list("identifier", flat=True)


_LOOK_UPS = {
    DoorKind.FAMILY: _open_families,
    DoorKind.SESSION: _open_sessions,
    DoorKind.SERVICE: _open_service_tokens,
}
