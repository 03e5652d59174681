"""What publishers note of themselves, through the publisher's own loop and a real Redis."""

import asyncio
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.tests.factories import make_user
from riskplatform.lib import broadcast, heads
from streaming import listening, losses
from streaming.tests.sockets import connected, frame, publish, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus")]

new_user = sync_to_async(make_user)


@pytest.fixture
def key(redis_prefix: str) -> str:
    return f"{redis_prefix}broadcast:heads"


@pytest.fixture
def publisher(settings: Settings, redis_url: str, redis_prefix: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A publisher of this process that begins at 1, on the real layer; its name."""
    config = {"hosts": [redis_url], "prefix": f"{redis_prefix}asgi"}
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}
    }
    made = broadcast._Publisher()
    monkeypatch.setattr(broadcast, "_publisher", made)
    return made.name


def test_a_publisher_notes_each_number(publisher: str) -> None:
    for _ in range(3):
        broadcast.publish("live", [])

    assert heads.noted() == {publisher: 3}


def test_a_full_list_is_begun_anew(
    publisher: str, redis_client: redis.Redis, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "MOST_PUBLISHERS", 2)
    redis_client.hset(key, mapping={"old": 5, "older": 9})

    broadcast.publish("live", [])

    assert heads.noted() == {publisher: 1}


async def test_a_publisher_first_heard_after_others_brings_no_snapshot(redis_client: redis.Redis, key: str) -> None:
    redis_client.hset(key, mapping={"first": 40, "second": 7000})
    opened = await subscribed()

    await publish("risk_update", [record("NIFTY", number=1)], n=41, pub="first")
    await publish("risk_update", [record("NIFTY", number=2)], n=7001, pub="second")

    assert [(await frame(opened))["type"] for _ in range(2)] == ["risk_batch", "risk_batch"]
    await opened.disconnect()


async def test_a_lost_first_message_of_one_that_had_counted_is_found(redis_client: redis.Redis, key: str) -> None:
    redis_client.hset(key, "worker", 40)
    opened = await subscribed()

    await publish("risk_update", [record("NIFTY", number=1)], n=42)

    assert [(await frame(opened))["type"] for _ in range(3)] == ["snapshot", "gap", "risk_batch"]
    await opened.disconnect()


async def test_a_lost_message_after_which_nothing_is_said_is_found(
    redis_client: redis.Redis, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(losses, "LOOK_SECONDS", 0.05)
    opened = await subscribed()

    redis_client.hset(key, "worker", 1)

    assert [(await frame(opened))["type"] for _ in range(2)] == ["snapshot", "gap"]
    assert await opened.receive_nothing(0.3)
    await opened.disconnect()


async def test_without_the_layer_a_new_socket_is_greeted_with_what_the_database_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> dict[str, int]:
        raise redis.ConnectionError("refused")

    monkeypatch.setattr(heads, "noted", away)
    monkeypatch.setattr(listening, "REJOIN_SECONDS", 3600.0)

    opened = await asyncio.wait_for(connected(await new_user()), timeout=10)

    await opened.disconnect()


async def subscribed() -> Any:
    opened = await connected(await new_user())
    await opened.send_json_to({"type": "subscribe", "batch": True})
    assert (await frame(opened))["type"] == "snapshot"
    return opened
