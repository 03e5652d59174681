"""Doorbell tasks. They carry no data, are safe to run twice, to die half-way and to overlap."""

import time
import uuid

import structlog
from celery import shared_task
from django.conf import settings

from risk.models import Instrument
from riskplatform.lib.redis_client import connect
from streaming import pipeline, retention
from streaming.tick_log import platform_log

logger = structlog.get_logger(__name__)
LEASE_SECONDS = 2
STAND_BY_SECONDS = 0.9  # until the next ring
LOOK_EVERY_SECONDS = 0.02
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
_RENEW = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('expire', KEYS[1], ARGV[2]) end return 0"


class Lease:
    """A claim on a partition that only avoids wasted work: the cursor row is what keeps two workers apart."""

    def __init__(self, partition: int) -> None:
        self._redis = connect()
        self._key = f"{settings.REDIS_KEY_PREFIX}lease:{partition}"
        self._token = uuid.uuid4().hex

    def take(self, *, wait_seconds: float = 0.0) -> bool:
        """Take the lease; where another holds it, stand by for `wait_seconds`, so that no gap lies between slices."""
        deadline = time.monotonic() + wait_seconds
        while not self._redis.set(self._key, self._token, nx=True, ex=LEASE_SECONDS):
            if time.monotonic() >= deadline:
                return False
            time.sleep(LOOK_EVERY_SECONDS)
        return True

    def renew(self) -> bool:
        return bool(self._redis.eval(_RENEW, 1, self._key, self._token, str(LEASE_SECONDS)))

    def release(self) -> None:
        self._redis.eval(_RELEASE, 1, self._key, self._token)


@shared_task(name="streaming.drain", soft_time_limit=120, time_limit=150)
def drain() -> int:
    """Drain every partition that nobody else drains, one after another, for this task's slice."""
    active = Instrument.objects.filter(is_active=True).values_list("partition", flat=True)
    # Without an order of its own the model's would come in, and every instrument count as a partition.
    partitions = list(active.order_by("partition").distinct())
    return sum(_drain_if_free(partition, share=1.0 / len(partitions)) for partition in partitions)


def _drain_if_free(partition: int, *, share: float) -> int:
    lease = Lease(partition)
    if not lease.take(wait_seconds=share * STAND_BY_SECONDS):
        return 0
    deadline = time.monotonic() + share * settings.DRAIN_SLICE_SECONDS
    log = platform_log()
    try:
        folded = pipeline.drain(partition, log=log, is_over=lambda: time.monotonic() > deadline or not lease.renew())
        report = logger.info if folded else logger.debug
        report("partition drained", partition=partition, entries=folded)
        return folded
    except pipeline.CursorMoved as moved:
        logger.warning("fold thrown away", partition=partition, reason=str(moved))
        return 0
    finally:
        lease.release()


@shared_task(name="streaming.trim_log", time_limit=50)
def trim_log() -> int:
    """Trim what is both behind every cursor and older than the retention."""
    return retention.trim_log(platform_log())


@shared_task(name="streaming.delete_old_records", time_limit=600)
def delete_old_records() -> int:
    return retention.delete_old_records()


@shared_task(name="streaming.delete_old_alerts", time_limit=600)
def delete_old_alerts() -> int:
    return retention.delete_old_alerts()


@shared_task(name="streaming.acknowledge_forgotten_alerts", time_limit=120)
def acknowledge_forgotten_alerts() -> int:
    return retention.acknowledge_forgotten_alerts()
