"""Listening to the channel layer: one channel per web process, joined again after every error of the layer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import structlog
from channels.layers import get_channel_layer

logger = structlog.get_logger(__name__)

GROUP = "risk.stream"  # where riskplatform/lib/broadcast.py publishes
REJOIN_SECONDS = 1.0
JOIN_SECONDS = 5.0
LONGEST_REJOIN_SECONDS = 10.0


class Audience(Protocol):
    """Who is told of what is heard."""

    async def joined(self) -> None:
        """The group is joined: what is published from now on will be heard, what was before may have been missed."""
        ...

    async def lost(self) -> None:
        """The layer failed: nothing is heard until it is joined again."""
        ...

    async def hear(self, message: dict[str, Any]) -> None: ...


async def listen(audience: Audience) -> None:
    """Hear every message of the group until cancelled."""
    wait = REJOIN_SECONDS
    while True:
        try:
            async with _channel() as channel:
                await audience.joined()
                wait = REJOIN_SECONDS
                while True:
                    await audience.hear(await get_channel_layer().receive(channel))
        except asyncio.CancelledError:
            raise
        except Exception as problem:  # the layer raises what its client raises; whatever it is, join again
            logger.warning("channel layer lost", problem=repr(problem), retry_seconds=wait)
            await audience.lost()
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_REJOIN_SECONDS)


@asynccontextmanager
async def _channel() -> AsyncIterator[str]:
    """Join the group with a channel of our own."""
    layer = get_channel_layer()
    async with asyncio.timeout(JOIN_SECONDS):
        channel = await layer.new_channel("hub")
        await layer.group_add(GROUP, channel)
    try:
        yield channel
    finally:
        with suppress(Exception):
            await layer.group_discard(GROUP, channel)
