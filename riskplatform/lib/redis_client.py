"""The one place that opens a connection to the log and bus."""

import redis
from django.conf import settings


def connect() -> redis.Redis:
    """Return a client with bounded waits: a lost server is an exception, never a hang.

    The read timeout is above the longest blocking read of the tick log (1 s).
    """
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=3, health_check_interval=10, max_connections=64
    )
