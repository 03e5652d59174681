"""Publishing to the web processes. A doorbell: at most once, numbered so that a hub sees what it missed."""

import asyncio
import os
import threading
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import TimeoutError as PublishTimeout
from typing import Any

import structlog
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from riskplatform.lib.heads import Notes

logger = structlog.get_logger(__name__)
GROUP = "risk.stream"
SECONDS_TO_WAIT = 2.0


class _Publisher:
    """One event loop in a thread, so that a process keeps one connection instead of opening one a message."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.name = uuid.uuid4().hex[:12]
        self.number = 0
        self._notes = Notes(self.name)
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="broadcast", daemon=True).start()

    def send(self, kind: str, payload: list[Mapping[str, Any]]) -> None:
        self.number += 1
        frame = {"type": "risk.frame", "kind": kind, "data": payload, "pub": self.name, "n": self.number}
        asyncio.run_coroutine_threadsafe(self._note_and_send(frame), self.loop).result(SECONDS_TO_WAIT)

    async def _note_and_send(self, frame: dict[str, Any]) -> None:
        """Do both at once: a number that is noted although its message fails is a gap, and rightly so."""
        await asyncio.gather(self._notes.take(frame["n"]), _send_twice(frame))


async def _send_twice(frame: dict[str, Any]) -> None:
    # The first send after the server came back raises on the dead connection (measured); the second connects anew.
    layer = get_channel_layer()
    try:
        await layer.group_send(GROUP, frame)
    except (RedisError, OSError):
        await layer.group_send(GROUP, frame)


def publish_on_commit(kind: str, payload: Sequence[Mapping[str, Any]]) -> None:
    """Send `payload`, if there is any, once the transaction that it tells of is committed."""
    if payload:
        transaction.on_commit(lambda: publish(kind, list(payload)))


_lock = threading.Lock()
_publisher: _Publisher | None = None


def publish(kind: str, payload: list[Mapping[str, Any]]) -> None:
    """Send `payload` to every web process. A lost message is not an error: the numbers make the gap visible."""
    global _publisher
    with _lock:
        if _publisher is None or _publisher.pid != os.getpid():  # a forked child has no loop thread
            _publisher = _Publisher()
        try:
            _publisher.send(kind, payload)
        except (RedisError, OSError, PublishTimeout) as problem:
            logger.warning("broadcast lost", kind=kind, messages=len(payload), error=str(problem))
