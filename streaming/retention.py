"""What the tick log may forget: only what every cursor has passed and the retention has outlived."""

import time
from datetime import datetime, timedelta

from django.utils import timezone

from alerts import services as alerts
from risk import config_services as configuration
from risk import record_services as records
from risk import rollup_services as rollups
from streaming.models import FeedRun, FoldCursor
from streaming.tick_log import Entry, TickLog

ENTRIES_AT_ONCE = 2_000


def trim_log(log: TickLog) -> int:
    """Trim each partition; return how many entries went."""
    limit_us = int((time.time() - 3600 * configuration.in_force().config.tick_log_retention_hours) * 1e6)
    return sum(_trim_partition(log, cursor, limit_us) for cursor in FoldCursor.objects.all())


def delete_old_records() -> int:
    """Delete records and rollups beyond their retention; return how many records went.

    A replay's instants are years old; its records count from its start, and so do its rollups.
    """
    config = configuration.in_force().config
    records_limit = _days_ago(config.record_retention_days)
    deleted = records.delete_old_records(before=records_limit, keep_runs=_replays_since(records_limit))
    # Histories find their records by the rollups, which therefore stay at least as long.
    rollups_limit = min(records_limit, _days_ago(config.rollup_retention_days))
    rollups.delete_old_rollups(before=rollups_limit, keep_runs=_replays_since(rollups_limit))
    return deleted


def _days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def _replays_since(limit: datetime) -> list[int]:
    recent = FeedRun.objects.filter(source=FeedRun.Source.REPLAY, started_at__gte=limit)
    return list(recent.values_list("pk", flat=True))


def delete_old_alerts() -> int:
    """Delete resolved alerts beyond their retention."""
    days = configuration.in_force().config.alert_retention_days
    return alerts.delete_old_alerts(before=timezone.now() - timedelta(days=days))


def _trim_partition(log: TickLog, cursor: FoldCursor, limit_us: int) -> int:
    oldest = log.read(cursor.partition, after="0-0", count=ENTRIES_AT_ONCE, block_ms=None)
    gone = [entry for entry in oldest if entry.wall_time < limit_us and _is_behind(entry, cursor)]
    if not gone:
        return 0
    log.trim(cursor.partition, before_id=f"{gone[-1].run_id}-{gone[-1].number + 1}")
    return len(gone)


def _is_behind(entry: Entry, cursor: FoldCursor) -> bool:
    run, number = (int(part) for part in cursor.position.split("-"))
    return (entry.run_id, entry.number) < (run, number)
