"""When beat last rang for a drain: noted by beat itself, so that its silence is seen before scoring stops."""

import time
from functools import lru_cache
from typing import Any, cast

import redis
import structlog
from celery.signals import after_task_publish
from django.conf import settings

from riskplatform.lib.redis_client import connect

logger = structlog.get_logger(__name__)
DRAIN = "streaming.drain"


def note_ring(**_: Any) -> None:
    """Note that the bell was rung just now."""
    try:
        _client().set(_key(), time.time_ns() // 1000)
    except redis.RedisError as problem:  # the ring itself went through; the next one is noted again
        logger.warning("ring not noted", error=str(problem))


def seconds_since_ring(client: redis.Redis) -> float | None:
    """Return how long ago beat rang, None where it never did.  Raises RedisError when the store is away."""
    noted = client.get(_key())
    return None if noted is None else max(0.0, time.time() - int(cast(bytes, noted)) / 1e6)


def _key() -> str:
    return f"{settings.REDIS_KEY_PREFIX}beat:rang"


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return connect()


def register() -> None:
    """Let every ring be noted by the process that rings: beat."""
    after_task_publish.connect(note_ring, sender=DRAIN, weak=False, dispatch_uid="streaming.doorbell")
