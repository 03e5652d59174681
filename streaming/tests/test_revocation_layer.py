"""From a service to a socket, through the publisher's own loop and a real Redis."""

import time

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.tests.factories import make_user
from streaming import hub
from streaming.tests.account_changes import demote
from streaming.tests.sockets import close_code, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus")]

PROMISED_SECONDS = 2.0


@pytest.fixture
def layer(bus: None, settings: Settings, redis_url: str, redis_prefix: str) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis_url], "prefix": f"{redis_prefix}asgi"},
        }
    }


@pytest.mark.usefixtures("layer")
async def test_a_revocation_travels_through_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 3600.0)
    user = await sync_to_async(make_user)("analyst")
    opened = await connected(user)
    started = time.monotonic()

    await sync_to_async(demote)(user)

    assert await close_code(opened) == 4401
    assert time.monotonic() - started < PROMISED_SECONDS
