"""Committed folds kept beside the cursor, so that a log whose beginning was trimmed can still be folded again.

Only `take` and `drop_before` write them.  The log is trimmed at a checkpoint and nowhere else, so the first entry that
is kept always follows one.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from alerts import memory
from alerts import services as alert_services
from alerts.models import Alert
from alerts.score_bench import Bench
from audit import verification as chain
from risk.quant.market import ENGINE_VERSION
from risk.storage import microseconds, moment
from streaming import resumption
from streaming.models import FoldCheckpoint, FoldCursor
from streaming.partition_fold import PartitionFold
from streaming.stored_watch import watch_facts
from streaming.tick_entries import parse_id

EVERY: Final = timedelta(minutes=10)
PLAIN_FIELDS: Final = (
    "rule", "partition", "run", "source", "config_version", "opening", "severity", "peak_severity", "peak_score",
    "peak", "driver", "crossings", "phase",
)  # fmt: skip
STATE_FIELDS: Final = (
    "partition", "position", "run_id", "state", "instant", "profile_session", "late", "instants_scored", "log_time",
)  # fmt: skip


@transaction.atomic
def take(partition: int) -> FoldCheckpoint | None:
    """Keep the partition's committed fold as it stands; None where nothing was folded, or nothing since the last one.

    The cursor's row is locked, so that fold, alerts and audit are those of one commit.
    """
    cursor = FoldCursor.objects.select_for_update().get(pk=partition)
    if cursor.run_id is None or FoldCheckpoint.objects.filter(partition=partition, position=cursor.position).exists():
        return None
    firing = Alert.objects.unended().filter(alert_services.of_partition(partition))
    return FoldCheckpoint.objects.create(
        **{name: getattr(cursor, name) for name in STATE_FIELDS},
        firing=[_stored_alert(alert) for alert in firing.order_by("rule", "instrument_id")],
        score_memory=memory.packed(alert_services.score_bench(partition).memory),
        watch=watch_facts(cursor),
        audit_sequence=chain.standing().newest,
        engine_version=ENGINE_VERSION,
        taken_at=timezone.now(),
    )


def is_due(partition: int) -> bool:
    """Return whether the newest checkpoint of the partition is old enough for another."""
    newest = FoldCheckpoint.objects.filter(partition=partition).order_by("-taken_at").first()
    return newest is None or newest.taken_at <= timezone.now() - EVERY


def newest_before(partition: int, limit: datetime) -> FoldCheckpoint | None:
    """Return the newest checkpoint taken before `limit`: every entry up to it was written before."""
    return FoldCheckpoint.objects.filter(partition=partition, taken_at__lt=limit).order_by("-taken_at").first()


def just_before(partition: int, entry_id: str) -> FoldCheckpoint | None:
    """Return the checkpoint that the entry follows, None where there is none."""
    run, number = parse_id(entry_id)
    for checkpoint in FoldCheckpoint.objects.filter(partition=partition).order_by("-id"):
        if parse_id(checkpoint.position) < (run, number):
            is_next = parse_id(checkpoint.position) == (run, number - 1) or number == 1
            return checkpoint if is_next else None
    return None


@transaction.atomic
def drop_before(checkpoint: FoldCheckpoint) -> None:
    """Forget the partition's checkpoints that are older than this one: their entries have been trimmed."""
    FoldCheckpoint.objects.filter(partition=checkpoint.partition, taken_at__lt=checkpoint.taken_at).delete()


@transaction.atomic
def drop_run(*, partition: int, run: int) -> None:
    """Forget the checkpoints of a run that is folded again from its first entry."""
    FoldCheckpoint.objects.filter(partition=partition, run=run).delete()


def fold_at(checkpoint: FoldCheckpoint) -> PartitionFold:
    """Return the fold as it was.  Raises StateNotReadable when another engine stored it."""
    cursor = FoldCursor(**{name: getattr(checkpoint, name) for name in STATE_FIELDS})
    return resumption.stored_fold(cursor, watch=checkpoint.watch)


def alerts_at(checkpoint: FoldCheckpoint) -> list[Alert]:
    """Return the alerts that fired at the checkpoint, in memory, as they were."""
    return [
        Alert(
            instrument_id=row["instrument_id"],
            opened_at=moment(row["opened_at"]),
            peak_at=moment(row["peak_at"]),
            **{name: row[name] for name in PLAIN_FIELDS if name in row},  # an older checkpoint has fewer
        )
        for row in checkpoint.firing
    ]


def score_bench_at(checkpoint: FoldCheckpoint, known: list[Alert]) -> Bench:
    """Return what the score rule remembered at the checkpoint, with its alerts among `known`."""
    scores = {alert.instrument_id or 0: alert for alert in known if alert.rule == Alert.Rule.SCORE}
    if checkpoint.score_memory is None:
        remembered = memory.of_alerts(scores.values())
    else:
        remembered = memory.unpacked(checkpoint.score_memory)
    return Bench(remembered, checkpoint.partition, checkpoint.run_id, going=scores)


def _stored_alert(alert: Alert) -> dict[str, Any]:
    return {
        "instrument_id": alert.instrument_id,
        "opened_at": microseconds(alert.opened_at),
        "peak_at": microseconds(alert.peak_at),
        **{name: getattr(alert, name) for name in PLAIN_FIELDS},
    }
