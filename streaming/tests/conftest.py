from collections.abc import Iterator

import pytest
from pytest_django import Settings


@pytest.fixture
def bus(settings: Settings, redis_url: str, redis_prefix: str) -> Iterator[None]:
    """A real server for tickets and status, and a channel layer inside the process."""
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = redis_url, redis_prefix
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    yield
