"""From a service to a socket, through the publisher's own loop and a real Redis."""

import time
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.tests.factories import make_user
from riskplatform import embedded
from riskplatform.lib import broadcast
from streaming import hub
from streaming.tests.account_changes import demote
from streaming.tests.sockets import close_code, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus")]

PROMISED_SECONDS = 2.0
PROMISED_SECONDS_WITHOUT_THE_BUS = 35.0


def layer_on(address: str, prefix: str) -> dict[str, object]:
    config = {"hosts": [address], "prefix": f"{prefix}asgi"}
    return {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}}


@pytest.fixture
def layer(bus: None, settings: Settings, redis_url: str, redis_prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CHANNEL_LAYERS = layer_on(redis_url, redis_prefix)
    # A publisher that counted before, under another prefix, would look as if it had said something unheard.
    monkeypatch.setattr(broadcast, "_publisher", None)


@pytest.mark.usefixtures("layer")
async def test_a_revocation_travels_through_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 3600.0)
    user = await sync_to_async(make_user)("analyst")
    opened = await connected(user)
    started = time.monotonic()

    await sync_to_async(demote)(user)

    assert await close_code(opened) == 4401
    assert time.monotonic() - started < PROMISED_SECONDS


async def test_a_revocation_arrives_although_the_bus_has_died(
    settings: Settings, redis_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = embedded.start(tmp_path)
    settings.REDIS_URL = embedded.redis_url(tmp_path)
    settings.CHANNEL_LAYERS = layer_on(settings.REDIS_URL, redis_prefix)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.5)
    user = await sync_to_async(make_user)("analyst")
    opened = await connected(user)

    store.stop()
    await sync_to_async(demote)(user)

    assert await close_code(opened) == 4401


def test_the_sweep_keeps_what_is_promised_without_the_bus() -> None:
    seconds_for_the_database = 5.0

    assert hub.SWEEP_SECONDS + seconds_for_the_database <= PROMISED_SECONDS_WITHOUT_THE_BUS
