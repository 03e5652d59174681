"""Doorbell tasks. They carry no data, are safe to run twice, to die half-way and to overlap."""

import time

import structlog
from celery import shared_task
from django.conf import settings
from redis import RedisError

from riskplatform.lib.api import DATABASE_AWAY
from streaming import pipeline, resumption, retention
from streaming.leases import Leases
from streaming.tick_log import platform_log

logger = structlog.get_logger(__name__)
STORE_AWAY = (RedisError, *DATABASE_AWAY)
STAND_BY_SECONDS = 0.9  # until the next ring


@shared_task(name="streaming.drain", soft_time_limit=120, time_limit=150)
def drain() -> int:
    """Drain our share of the partitions for this task's slice; return how many entries were folded."""
    try:
        return _drain_share()
    except STORE_AWAY as problem:  # what was not committed is folded again at one of the next rings
        logger.warning("log or database does not answer", problem=str(problem))
        return 0


def _drain_share() -> int:
    partitions = resumption.partitions_to_drain()
    if not partitions:
        return 0
    leases = Leases(partitions)
    try:
        if not leases.wait(STAND_BY_SECONDS):
            return 0
        deadline = time.monotonic() + settings.DRAIN_SLICE_SECONDS
        folded = pipeline.drain(leases.share, log=platform_log(), is_over=lambda: time.monotonic() > deadline)
        report = logger.info if folded else logger.debug
        report("partitions drained", entries=folded)
        return folded
    finally:
        leases.release()


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
