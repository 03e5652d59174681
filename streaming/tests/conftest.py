import asyncio
from collections.abc import Iterator
from itertools import count

import pytest
from channels.layers import get_channel_layer
from pytest_django import Settings

from riskplatform.lib import broadcast
from streaming.listening import GROUP


@pytest.fixture
def bus(settings: Settings, redis_url: str, redis_prefix: str) -> Iterator[None]:
    """A real server for tickets and status, and a channel layer inside the process."""
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = redis_url, redis_prefix
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    yield


@pytest.fixture
async def announcements(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the services publish to the layer inside the process, which their own loop's thread cannot reach."""
    loop, numbers = asyncio.get_running_loop(), count(1)

    def publish(kind: str, facts: list[dict[str, int]]) -> None:
        message = {"type": "risk.frame", "kind": kind, "data": facts, "pub": "web", "n": next(numbers)}
        asyncio.run_coroutine_threadsafe(get_channel_layer().group_send(GROUP, message), loop)

    monkeypatch.setattr(broadcast, "publish", publish)
