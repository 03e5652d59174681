"""What the tick log may forget: only what every cursor has passed and the retention has outlived."""

from datetime import UTC, datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from alerts import upkeep_services as upkeep
from risk import config_services as configuration
from risk import record_services as records
from risk import rollup_services as rollups
from risk.models import RiskRecord
from streaming import fold_checkpoints, log_services
from streaming.log_evidence import Anchor
from streaming.models import FeedRun, FoldCursor
from streaming.tick_entries import parse_id
from streaming.tick_log import TickLog

EVER = datetime(1970, 1, 1, tzinfo=UTC)


def trim_log(log: TickLog) -> int:
    """Keep a checkpoint of each fold now and then, and trim each partition at one; return how many entries went.

    Raises LogReplaced where the log is another one: its entries are not ours to drop.
    """
    anchors = {one.partition: Anchor(one.position, one.log_time) for one in FoldCursor.objects.defer("state")}
    if not log_services.is_whole(log, log_services.identity_of(log), anchors):
        return 0
    hours = configuration.in_force().config.tick_log_retention_hours
    limit = timezone.now() - timedelta(hours=hours)
    return sum(_trim_partition(log, partition, limit) for partition in FoldCursor.objects.values_list("pk", flat=True))


def records_kept_since(run: int) -> datetime:
    """Return the instant from which on a run must have its records: what is older may have been deleted.

    Deleting goes from the oldest on, so behind the oldest record that is there nothing may be missing.
    """
    limit = _days_ago(configuration.in_force().config.record_retention_days)
    if run in _replays_since(limit):
        return EVER
    oldest = RiskRecord.objects.filter(run=run).aggregate(Min("instant"))["instant__min"]
    return min(limit, oldest or limit)


def alerts_kept_since() -> datetime:
    """Return the instant before which an alert must have ended for its deletion."""
    return _days_ago(configuration.in_force().config.alert_retention_days)


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
    return upkeep.delete_old_alerts(before=alerts_kept_since())


def acknowledge_forgotten_alerts() -> int:
    """Acknowledge mild alerts that ended long ago and that nobody touched, where the configuration says so."""
    hours, now = configuration.in_force().config.auto_acknowledge_hours, timezone.now()
    return upkeep.acknowledge_forgotten(before=now - timedelta(hours=hours), now=now) if hours else 0


def _trim_partition(log: TickLog, partition: int, limit: datetime) -> int:
    """Trim up to the newest checkpoint that is older than the retention: what is kept can be folded again from it."""
    if fold_checkpoints.is_due(partition):
        fold_checkpoints.take(partition)
    checkpoint = fold_checkpoints.newest_before(partition, limit)
    if checkpoint is None:
        return 0
    run, number = parse_id(checkpoint.position)
    gone = log.trim(partition, before_id=f"{run}-{number + 1}")
    fold_checkpoints.drop_before(checkpoint)
    return gone
