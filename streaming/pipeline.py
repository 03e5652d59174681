"""The product on one page: from the tick log to committed records, and to the browsers.

A drain takes its share of the partitions for a time slice and repeats:

1. read what the log has after our positions, or wait for it; make sure that it is the log that was folded up to there;
2. fold it: rolling windows, variance, score (pure; `partition_fold.py`, `risk/quant`);
3. send the touched symbols' live values to the browsers, at once and unstored;
4. when a record instant has passed, commit in ONE transaction: lock the partition's cursor and check that it
   stands where this fold began; write the adopted configuration, records, alerts with their audit entries, sums of
   the minutes that passed, bars and profiles; move the cursor with the new fold state;
5. when the transaction is committed, tell the browsers.

If another worker moved the cursor, or anything raised, the fold is thrown away and begins again at the
stored state. Nothing outside the cursor's transaction remembers progress, so a crash at any point
repeats work and never results.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog
from django.db import transaction

from alerts import services as alerts
from alerts.judging import Judged, in_log_order
from risk import config_services as configuration
from risk import history_services as history
from risk import record_services as records
from risk import rollup_services as rollups
from streaming import log_services, resumption, services
from streaming.harvest import Harvest
from streaming.log_evidence import Anchor
from streaming.models import FoldCursor
from streaming.partition_fold import PartitionFold
from streaming.tick_entries import Entry
from streaming.tick_log import TickLog

logger = structlog.get_logger(__name__)
ENTRIES_AT_ONCE = 2_000
WAIT_MS = 250


class CursorMoved(Exception):
    """Another worker committed this partition since this fold began; its work stands and ours is thrown away."""


@dataclass
class Held:
    """A partition that this drain holds: its fold, and the position that was committed last."""

    fold: PartitionFold
    committed: str


def drain(share: Callable[[], Collection[int]], *, log: TickLog, is_over: Callable[[], bool]) -> int:
    """Fold and commit our share of the partitions, which may change, until `is_over()` or nothing is left to us.

    Return how many entries were folded.  Raises LogReplaced when this is not the log that was folded.
    """
    identity = log_services.identity_of(log)
    held, folded = dict[int, Held](), 0
    try:
        while not is_over() and _hold(held, share()):
            positions = {partition: one.fold.position for partition, one in held.items()}
            found = log.read_all(positions, count=ENTRIES_AT_ONCE, block_ms=WAIT_MS)
            if not log_services.is_whole(log, identity, _anchors(held)):
                found = {}
            for partition, entries in found.items():
                folded += _take(partition, held, entries)
            if not found:
                for partition, position in positions.items():
                    services.beat_worker(partition, position=position)
    except BaseException:
        for partition in held:
            resumption.forget(partition)
        raise
    _hold(held, ())
    return folded


def _hold(held: dict[int, Held], share: Collection[int]) -> bool:
    """Take up what became ours and put by what is ours no longer; return whether anything is ours."""
    for partition in held.keys() - set(share):
        one = held.pop(partition)
        resumption.keep(partition, one.fold, committed=one.committed)
    for partition in sorted(set(share) - held.keys()):
        fold = resumption.resume(partition)
        held[partition] = Held(fold, fold.position)
    return bool(held)


def _anchors(held: dict[int, Held]) -> dict[int, Anchor]:
    return {partition: Anchor(one.fold.position, one.fold.log_time) for partition, one in held.items()}


def _take(partition: int, held: dict[int, Held], entries: list[Entry]) -> int:
    """Fold entries of a partition, and commit when a record instant has passed; return how many they were."""
    fold = held[partition].fold
    before = fold.run_id, fold.instant  # a file that is replayed again ends at the instant it ended at before
    if fold.will_adopt(entries):
        fold.offer(configuration.in_force())
    fold.take(entries)
    _send_live(fold, entries)
    if (fold.run_id, fold.instant) != before or len(entries) == ENTRIES_AT_ONCE:
        try:
            commit(partition, fold, began_at=held[partition].committed)
        except CursorMoved as moved:
            logger.warning("fold thrown away", partition=partition, reason=str(moved))
            del held[partition]
        else:
            held[partition].committed = fold.position
    return len(entries)


@transaction.atomic
def commit(partition: int, fold: PartitionFold, *, began_at: str) -> None:
    """Store everything folded since `began_at`, together with the cursor, or nothing."""
    cursor = FoldCursor.objects.select_for_update().get(pk=partition)
    if cursor.position != began_at:
        raise CursorMoved(f"partition {partition} stands at {cursor.position}, this fold began at {began_at}")
    harvest = fold.harvested()
    _adopt(partition, harvest)
    judged = _record(partition, cursor, harvest)
    ended = [alerts.RunEnd(end.run_id, end.instant) for end in harvest.ended]
    alerts.judge_records(in_log_order(judged, harvest.closings), ended=ended, partition=partition)
    alerts.keep_conditions(harvest.conditions, ended=ended, partition=partition, source_of=resumption.source_of)
    _sum_up(cursor, fold, harvest)
    _keep_history(harvest)
    resumption.advance_cursor(cursor, fold)
    services.beat_worker(partition, position=fold.position)
    records.publish_newest([(batch.rows, batch.updates) for batch in judged])


def _adopt(partition: int, harvest: Harvest) -> None:
    for adopted in harvest.adopted:
        configuration.record_adoption(
            run=adopted.run_id, partition=partition, instant=adopted.instant, number=adopted.version.number
        )


def _record(partition: int, cursor: FoldCursor, harvest: Harvest) -> list[Judged]:
    batches = [
        records.ScoredBatch(one.run_id, resumption.run_of(one.run_id).source, one.instant, one.rows, one.version)
        for one in harvest.scored
    ]
    first = resumption.next_ordinal(cursor)
    updates = records.record_scores(batches, partition=partition, first_ordinal=first)
    written = sum(len(batch.rows) for batch in batches)
    cursor.records_written, cursor.next_ordinal = cursor.records_written + written, first + written
    return [
        Judged(batch.run, batch.instant, batch.rows, messages, batch.version)
        for batch, messages in zip(batches, updates, strict=True)
    ]


def _sum_up(cursor: FoldCursor, fold: PartitionFold, harvest: Harvest) -> None:
    """Sum the minutes and hours that passed with this commit; all that is left of a run that is over."""
    since = {scored.run_id: scored.instant for scored in reversed(harvest.scored)}
    if cursor.run_id is not None:
        since[cursor.run_id] = cursor.instant
    ended = {end.run_id for end in harvest.ended}
    for run, first in since.items():
        until = None if run in ended else fold.instant
        instruments = resumption.members_of(run, cursor.partition)
        rollups.sum_up(run=run, partition=cursor.partition, instruments=instruments, since=first, until=until)


def _keep_history(harvest: Harvest) -> None:
    for closed in harvest.closed:
        lineage = resumption.run_of(closed.run_id).lineage
        history.store_bars(lineage=lineage, run=closed.run_id, bars=closed.bars, features=closed.features)
    for learned in harvest.learned:
        lineage = resumption.run_of(learned.run_id).lineage
        history.store_profile(lineage=lineage, session=learned.session, profile=learned.profile, past=learned.past)


def _send_live(fold: PartitionFold, entries: list[Entry]) -> None:
    if len(entries) == ENTRIES_AT_ONCE:
        return  # catching up: what is on the way is already old
    rows = fold.live_rows(entries)
    if len(rows):
        source, config = resumption.run_of(fold.run_id).source, fold.version.config
        services.publish_live(rows, run=fold.run_id, source=source, instant=fold.log_time, config=config)
