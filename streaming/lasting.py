"""Work of a web process that must not end with its first error."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

logger = structlog.get_logger(__name__)

AGAIN_SECONDS = 1.0


async def lasting(work: Callable[[], Awaitable[None]], *, name: str) -> None:
    """Do endless work until cancelled; an error that ends it is logged, and the work begun again."""
    while True:
        try:
            await work()
        except Exception:  # whatever it is, the sockets of everybody depend on this
            logger.exception("work of the hub failed", work=name)
            await asyncio.sleep(AGAIN_SECONDS)
