"""Single-use socket tickets: a browser without a cookie trades its token for one and opens a socket with it.

Who reads the store cannot open a socket: its key is a hash of the ticket, and its value, which may name a session, is
sealed with another one.  GETDEL makes the second use find nothing.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Self

import redis
from django.conf import settings

from accounts.doors import Door
from accounts.models import User
from riskplatform.lib import errors, redis_client

LIFETIME_SECONDS = 30


class TicketsUnavailable(errors.Unavailable):
    code = "tickets_unavailable"


@dataclass(frozen=True)
class Pass:
    """What a ticket stands for: its user as of then (`stamp`), and the door at which it was asked for."""

    user_id: int
    stamp: str
    door: Door

    @classmethod
    def parse(cls, text: bytes) -> Self:
        user_id, stamp, door = json.loads(text)
        return cls(int(user_id), str(stamp), Door.parse(str(door)))

    def __str__(self) -> str:
        return json.dumps([self.user_id, self.stamp, str(self.door)])


def issue(user: User, *, door: Door) -> str:
    """Return a fresh ticket for the user, valid once within 30 s.  Raises TicketsUnavailable."""
    ticket = secrets.token_urlsafe(32)
    try:
        with redis_client.connect() as client:
            value = str(Pass(user.pk, user.token_stamp(), door)).encode()
            client.set(_key(ticket), _sealed(value, ticket), ex=LIFETIME_SECONDS)
    except redis.RedisError as problem:
        raise TicketsUnavailable("Tickets cannot be issued while the bus is down.") from problem
    return ticket


def redeem(ticket: str) -> Pass | None:
    """Return what a ticket stands for and spend it; None when unknown, spent or expired."""
    try:
        with redis_client.connect() as client:
            stored = client.getdel(_key(ticket))
    except redis.RedisError as problem:
        raise TicketsUnavailable("Tickets cannot be checked while the bus is down.") from problem
    return Pass.parse(_sealed(stored, ticket)) if isinstance(stored, bytes) else None


def _key(ticket: str) -> str:
    return f"{settings.REDIS_KEY_PREFIX}ws-ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"


def _sealed(value: bytes, ticket: str) -> bytes:
    """Add a pad that only the ticket yields, or take it off again; a ticket is used for one value only."""
    pad = hashlib.shake_256(b"ws-ticket-value:" + ticket.encode()).digest(len(value))
    return bytes(one ^ other for one, other in zip(value, pad, strict=True))
