"""The notifier's doorbell: safe to run twice, to die half-way and to overlap."""

import time
import uuid
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from alerts.notifications import outbox_services
from alerts.notifications.delivering import notify as work
from riskplatform.lib.redis_client import connect

SLICE_SECONDS = 8.0  # no send is begun after it
LEASE_SECONDS = 30
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


@shared_task(name="alerts.notify", soft_time_limit=80, time_limit=90)
def notify() -> int:
    """Tell what is due.  One notifier at a time, so that slow receivers never take a second slot from the scoring.

    The lease only keeps the slots free: the rows are what keeps two notifiers apart.
    """
    store, key, token = connect(), f"{settings.REDIS_KEY_PREFIX}lease:notifier", uuid.uuid4().hex
    if not store.set(key, token, nx=True, ex=LEASE_SECONDS):
        return 0
    ends = time.monotonic() + SLICE_SECONDS
    try:
        return work(clock=_now, is_over=lambda: time.monotonic() > ends)
    finally:
        store.eval(_RELEASE, 1, key, token)


@shared_task(name="alerts.delete_old_notifications", time_limit=600)
def delete_old_notifications() -> int:
    """Delete what was told, or dropped, longer ago than the policy keeps it."""
    return outbox_services.delete_old(now=timezone.now())


def _now() -> datetime:
    return timezone.now()
