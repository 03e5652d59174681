"""Doorbell tasks. They carry no data, are safe to run twice, to die half-way and to overlap."""

import time
from collections.abc import Collection

import structlog
from celery import current_app, shared_task
from django.conf import settings
from redis import RedisError

from riskplatform.lib.api import DATABASE_AWAY
from streaming import doorbell, pipeline, resumption, retention, services
from streaming.leases import Leases
from streaming.tick_log import LogReplaced, platform_log

logger = structlog.get_logger(__name__)
STORE_AWAY = (RedisError, *DATABASE_AWAY)
STAND_BY_SECONDS = 0.9  # until the next ring
SHORTEST_SECONDS = 0.5  # of a drain that may ring for the next one


@shared_task(name="streaming.drain", soft_time_limit=120, time_limit=150)
def drain() -> int:
    """Drain our share of the partitions for this task's slice; return how many entries were folded.

    Beat's newest ring stands by for a while.  One that is older has nobody standing by any more: then we ring.
    """
    began = time.monotonic()
    try:
        folded = _drain_share()
    except STORE_AWAY as problem:  # what was not committed is folded again at one of the next rings
        logger.warning("log or database does not answer", problem=str(problem))
        return 0
    if time.monotonic() - began > SHORTEST_SECONDS:  # else drains without work would ring one another without a rest
        doorbell.ring_in_place_of_beat(current_app, after_seconds=STAND_BY_SECONDS)
    return folded


def _drain_share() -> int:
    partitions = resumption.partitions_to_drain()
    if not partitions:
        return 0
    leases = Leases(partitions)
    try:
        if not leases.wait(STAND_BY_SECONDS):
            return 0
        folded = _drain(leases, partitions)
        report = logger.info if folded else logger.debug
        report("partitions drained", entries=folded)
        return folded
    finally:
        leases.release()


def _drain(leases: Leases, partitions: Collection[int]) -> int:
    """Drain for a slice; on a log that is another one do nothing but report: a restart of the worker would not help."""
    deadline = time.monotonic() + settings.DRAIN_SLICE_SECONDS
    try:
        return pipeline.drain(leases.share, log=platform_log(), is_over=lambda: time.monotonic() > deadline)
    except LogReplaced as problem:
        logger.warning("nothing is scored: the tick log is another one", problem=str(problem))
        services.beat_workers(partitions)
        return 0


@shared_task(name="streaming.trim_log", time_limit=50)
def trim_log() -> int:
    """Trim what is both behind every cursor and older than the retention."""
    try:
        return retention.trim_log(platform_log())
    except LogReplaced as problem:
        logger.warning("nothing is trimmed: the tick log is another one", problem=str(problem))
        return 0


@shared_task(name="streaming.delete_old_records", time_limit=600)
def delete_old_records() -> int:
    return retention.delete_old_records()


@shared_task(name="streaming.delete_old_alerts", time_limit=600)
def delete_old_alerts() -> int:
    return retention.delete_old_alerts()


@shared_task(name="streaming.acknowledge_forgotten_alerts", time_limit=120)
def acknowledge_forgotten_alerts() -> int:
    return retention.acknowledge_forgotten_alerts()
