"""Folding a run again from its first entry, after its stored state became unreadable (a new engine, a lost byte)."""

from django.db import transaction

from alerts import services as alerts
from audit import services as audit
from risk import rollup_services as rollups
from risk.models import MinuteBar, RiskRecord
from riskplatform.lib.errors import DomainError
from streaming import fold_checkpoints, resumption
from streaming.models import FoldCursor
from streaming.tick_log import TickLog

REBUILT = "fold_rebuilt"  # in the audit log: the run's earlier entries are of a fold that was dropped


class LogTooShort(DomainError):
    """The log no longer holds the beginning of the run."""

    code = "log_too_short"


@transaction.atomic
def rebuild(partition: int, *, log: TickLog) -> str:
    """Set the cursor before the current run's first entry and drop what was folded from it; return the position.

    The next drain writes the run's records, bars and alerts again, with the engine of today; the audit log keeps what
    was written of the dropped ones, and says that they were dropped. Raises LogTooShort when
    entries of the run were trimmed: then only a new start of the feed helps.
    """
    cursor = FoldCursor.objects.select_for_update().get(pk=partition)
    run = cursor.run_id or 0
    first = log.range(partition, f"{run}-0", "+", count=1)
    if not first or (first[0].run_id, first[0].number) != (run, 1):
        raise LogTooShort(f"the log of partition {partition} does not reach back to the beginning of run {run}")
    members = resumption.members_of(run, partition)
    rollups.drop_rollups(run=run, partition=partition, instruments=members)
    RiskRecord.objects.filter(run=run, instrument__in=members).delete()
    alerts.forget_run(run=run, partition=partition)
    MinuteBar.objects.filter(run=run, instrument__in=members, is_warm_up=False).delete()
    fold_checkpoints.drop_run(partition=partition, run=run)
    audit.record(
        action=REBUILT,
        actor_name=alerts.PIPELINE,
        object_type="partition",
        object_id=partition,
        detail={"run": run, "partition": partition},
    )
    cursor.position, cursor.run, cursor.state = f"{run}-0", None, b""
    cursor.instant = cursor.log_time = 0
    cursor.save()
    return cursor.position
