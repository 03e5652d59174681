"""Messages of the channel layer that never came, known from the numbers that their publishers note."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from asgiref.sync import sync_to_async
from redis.exceptions import RedisError

from riskplatform.lib import heads
from streaming.publishers import Publishers

LOOK_SECONDS = 5.0


async def known_publishers() -> Publishers:
    """Return the publishers as far as they have counted.  Raises RedisError or OSError without the bus."""
    return Publishers(await _noted())


async def look_for_losses(publishers: Callable[[], Publishers], missed: Callable[[], Awaitable[None]]) -> None:
    """Call `missed` for lost messages after which their publishers say nothing more, as long as this runs."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        with suppress(RedisError, OSError):  # without the bus there is nothing to find
            if publishers().misses_any(await _noted()):
                await missed()


async def _noted() -> dict[str, int]:
    return await sync_to_async(heads.noted, thread_sensitive=False)()
