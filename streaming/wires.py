"""The way out to one client: whether it takes more just now, and how much it has taken.

A server that lets us at its connection offers a direct wire (streaming/daphne_socket.py).  With any other the frames go
the way of ASGI, one parcel at a time; how far that makes a slow client felt is the server's doing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, Protocol

import structlog

from streaming.frames import Parcel

logger = structlog.get_logger(__name__)

LAST_WORD_SECONDS = 5.0  # how long a close waits for what is on its way

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Wire(Protocol):
    """`on_ready` is called when it becomes ready again, `on_lost` when nothing can be sent any more."""

    on_ready: Callable[[], None]
    on_lost: Callable[[], None]

    @property
    def ready(self) -> bool:
        """Whether everything written has left; write only then."""
        ...

    def write(self, parcel: Parcel) -> None: ...

    def taken(self) -> int | None:
        """Return a measure of what the client has taken, which grows as it does; None when nothing waits for it."""
        ...

    async def close(self, code: int, reason: str) -> None:
        """End the conversation, by force where the client does not answer."""
        ...


def nothing() -> None:
    pass


class AsgiWire:
    """Through the server's `send`, which may wait for the client."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._task: asyncio.Task[None] | None = None
        self._sent = 0
        self.on_ready: Callable[[], None] = nothing
        self.on_lost: Callable[[], None] = nothing

    @property
    def ready(self) -> bool:
        return self._task is None

    def write(self, parcel: Parcel) -> None:
        self._task = asyncio.create_task(self._send_all(parcel.texts))

    def taken(self) -> int | None:
        return None if self.ready else self._sent

    async def close(self, code: int, reason: str) -> None:
        self.on_ready = nothing
        if self._task is not None:
            await asyncio.wait([self._task], timeout=LAST_WORD_SECONDS)
        await self._send({"type": "websocket.close", "code": code, "reason": reason})

    async def _send_all(self, texts: list[str]) -> None:
        try:
            for text in texts:
                await self._send({"type": "websocket.send", "text": text})
                self._sent += 1
        except Exception as problem:  # servers raise what they like for a client that is gone
            logger.debug("socket dropped", problem=repr(problem))
            self.on_lost()
            return
        self._task = None
        self.on_ready()


direct: ContextVar[Callable[[], Wire | None] | None] = ContextVar("direct", default=None)


def wire_of_connection(send: Send) -> Wire:
    """Return the direct wire of the connection that is being served, or one through `send`."""
    offer = direct.get()
    found = offer() if offer else None
    return found or AsgiWire(send)
