"""The notifier's doorbell: safe to run twice, to die half-way and to overlap."""

import time
from contextlib import suppress
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from redis.exceptions import LockNotOwnedError

from alerts.notifications import outbox_services
from alerts.notifications.delivering import notify as work
from riskplatform.lib.redis_client import connect

SLICE_SECONDS = 8.0  # no send is begun after it
LEASE_SECONDS = 30


@shared_task(name="alerts.notify", soft_time_limit=80, time_limit=90)
def notify() -> int:
    """Tell what is due.  One notifier at a time, so that slow receivers never take a second slot from the scoring.

    The lease only keeps the slots free: the rows are what keeps two notifiers apart.
    """
    lease = connect().lock(f"{settings.REDIS_KEY_PREFIX}lease:notifier", timeout=LEASE_SECONDS)
    if not lease.acquire(blocking=False):
        return 0
    ends = time.monotonic() + SLICE_SECONDS
    try:
        return work(clock=_now, is_over=lambda: time.monotonic() > ends)
    finally:
        with suppress(LockNotOwnedError):  # it has run out, and may be another's
            lease.release()


@shared_task(name="alerts.delete_old_notifications", time_limit=600)
def delete_old_notifications() -> int:
    """Delete what was told, or dropped, longer ago than the policy keeps it."""
    return outbox_services.delete_old(now=timezone.now())


def _now() -> datetime:
    return timezone.now()
