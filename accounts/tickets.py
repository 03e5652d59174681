"""Single-use socket tickets: a browser without a cookie trades its token for one and opens a socket with it.

Only a hash is stored: who reads the store cannot open a socket.  GETDEL makes the second use find nothing.
"""

import hashlib
import secrets

import redis
from django.conf import settings

from riskplatform.lib import errors, redis_client

LIFETIME_SECONDS = 30


class TicketsUnavailable(errors.Unavailable):
    code = "tickets_unavailable"


def issue(user_id: int) -> str:
    """Return a fresh ticket for the user, valid once within 30 s.  Raises TicketsUnavailable."""
    ticket = secrets.token_urlsafe(32)
    try:
        with redis_client.connect() as client:
            client.set(_key(ticket), user_id, ex=LIFETIME_SECONDS)
    except redis.RedisError as problem:
        raise TicketsUnavailable("Tickets cannot be issued while the bus is down.") from problem
    return ticket


def redeem(ticket: str) -> int | None:
    """Return the user id of a ticket and spend it; None when unknown, spent or expired."""
    try:
        with redis_client.connect() as client:
            user_id = client.getdel(_key(ticket))
    except redis.RedisError as problem:
        raise TicketsUnavailable("Tickets cannot be checked while the bus is down.") from problem
    return int(user_id) if isinstance(user_id, bytes | str) else None


def _key(ticket: str) -> str:
    return f"{settings.REDIS_KEY_PREFIX}ws-ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
