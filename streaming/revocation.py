"""Closing the sockets whose user or door is not what it was when they connected."""

from collections.abc import Sequence
from contextlib import suppress

from channels.db import database_sync_to_async

from streaming import socket_facts
from streaming.line import Line
from streaming.protocol import CloseCode


async def end_revoked(lines: Sequence[Line]) -> None:
    """Close those that may not stay open; none when the database does not say who may."""
    if not lines:
        return
    with suppress(socket_facts.IdentitiesUnreadable):
        identities = {line.identity for line in lines}
        valid = await database_sync_to_async(socket_facts.still_valid)(identities)
        for line in lines:
            if line.identity not in valid:
                line.end(CloseCode.NOT_SIGNED_IN, "Signed out.")
