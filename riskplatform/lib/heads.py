"""How far each publisher has counted, noted in Redis.

A hub that joins reads these numbers before it reads the database: what was numbered before is committed and in what it
reads, what is numbered after must be heard.
"""

import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from riskplatform.lib.redis_client import connect

SECONDS_TO_WAIT = 2.0
MOST_PUBLISHERS = 1_000  # noted at once; every process that ever published is one of them


class Notes:
    """One publisher's way to note its numbers, of one event loop."""

    def __init__(self, publisher: str) -> None:
        self._publisher = publisher
        self._connection: tuple[str, redis.asyncio.Redis] | None = None

    async def take(self, number: int) -> None:
        """Note a number.  Raises RedisError or OSError where the bus does not answer."""
        client, key = self._client(), _key()
        if number == 1 and await client.hlen(key) >= MOST_PUBLISHERS:
            await client.delete(key)  # those that are alive note themselves again with their next message
        await client.hset(key, self._publisher, str(number))

    def _client(self) -> redis.asyncio.Redis:
        """Return the connection to the bus that the settings name."""
        if self._connection is None or self._connection[0] != settings.REDIS_URL:
            client = redis.asyncio.Redis.from_url(
                settings.REDIS_URL,
                retry=Retry(NoBackoff(), 1),
                socket_timeout=SECONDS_TO_WAIT,
                socket_connect_timeout=SECONDS_TO_WAIT,
            )
            self._connection = (settings.REDIS_URL, client)
        return self._connection[1]


def noted() -> dict[str, int]:
    """Return how far each publisher has counted.  Raises RedisError or OSError where the bus does not answer."""
    with connect() as client:
        found: dict[bytes, bytes] = client.hgetall(_key())
    return {name.decode(): int(number) for name, number in found.items()}


def _key() -> str:
    return f"{settings.REDIS_KEY_PREFIX}broadcast:heads"
