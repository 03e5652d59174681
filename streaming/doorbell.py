"""When beat last rang for a drain: noted by beat itself, so that its silence is seen before scoring stops.

While beat is being started again, a drain that ends rings for the next one; that is no ring of beat's and is not noted.
"""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

import redis
import structlog
from celery import Celery
from celery.signals import after_task_publish
from django.conf import settings
from kombu.exceptions import KombuError

from riskplatform.lib.redis_client import connect

logger = structlog.get_logger(__name__)
DRAIN = "streaming.drain"
EXPIRES_SECONDS = 2
IN_PLACE = "rung-by-a-drain"  # the header of a ring that is not beat's


def note_ring(headers: Mapping[str, Any] | None = None, **_: Any) -> None:
    """Note that beat rang the bell just now."""
    if headers and headers.get(IN_PLACE):
        return
    try:
        _client().set(_key(), time.time_ns() // 1000)
    except redis.RedisError as problem:  # the ring itself went through; the next one is noted again
        logger.warning("ring not noted", error=str(problem))


def ring_in_place_of_beat(app: Celery, *, after_seconds: float) -> bool:
    """Ring where beat has been silent for longer than this; return whether that was so.

    Not when it is called stalled: then nothing is scored until it is back, as everybody is told.  Too many rings cost
    nothing; each drain rings once at most, so they do not multiply.
    """
    try:
        silent = seconds_since_ring(_client())
        if silent is None or not after_seconds < silent < settings.PIPELINE_STALLED_AFTER_SECONDS:
            return False
        app.send_task(DRAIN, expires=EXPIRES_SECONDS, headers={IN_PLACE: True})
    except (redis.RedisError, KombuError) as problem:
        logger.warning("no ring in place of beat", error=str(problem))
        return False
    return True


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
