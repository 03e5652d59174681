"""What heartbeats say, read from the database at most once for all who ask at about the same time."""

import asyncio
import time

import structlog
from channels.db import database_sync_to_async

from streaming import socket_facts
from streaming.socket_facts import HeartbeatFacts

logger = structlog.get_logger(__name__)

FRESH_SECONDS = 1.0
PATIENCE_SECONDS = 4.0  # less than the time between two heartbeats: a database that hangs must not silence them


class Pulse:
    """Of one hub.  When the database is away it says `frozen`, with the last instant that was known."""

    def __init__(self) -> None:
        self._facts: HeartbeatFacts | None = None
        self._read_at = float("-inf")

    async def newest(self) -> HeartbeatFacts:
        if time.monotonic() - self._read_at > FRESH_SECONDS:
            self._facts = await self._read()
            self._read_at = time.monotonic()
        return self.known()

    def known(self) -> HeartbeatFacts:
        """Return what was read last, with the time of now."""
        return socket_facts.at_this_moment(self._facts or socket_facts.frozen(None))

    async def _read(self) -> HeartbeatFacts:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                found: HeartbeatFacts = await database_sync_to_async(socket_facts.heartbeat_facts)(self._facts)
                return found
        except TimeoutError:
            logger.warning("heartbeat facts unreadable", problem=f"no answer in {PATIENCE_SECONDS:.0f} s")
            return socket_facts.frozen(self._facts)
