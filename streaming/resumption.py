"""Where a fold goes on: from what this process still holds, or from the state that the last commit stored."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from risk import config_services as configuration
from risk import history_services as history
from risk import services as risk
from risk.configuration import Version
from risk.quant.calendar import MINUTE_US, clock_for
from risk.quant.feature_fold import FeatureFold
from risk.quant.market import GRACE_US, MarketFold
from risk.quant.model import ScoreModel
from risk.quant.volatility import MEDIUM, implied_variance
from streaming import services
from streaming.models import FeedRun, FoldCursor
from streaming.partition_fold import Folds, PartitionFold
from streaming.stored_watch import stored_watch, watch_facts

_kept: dict[int, tuple[str, PartitionFold]] = {}


@lru_cache(maxsize=64)
def run_of(run_id: int) -> FeedRun:
    """Return a run; what the fold reads of it (source, lineage, past) never changes after its opening."""
    return FeedRun.objects.get(pk=run_id)


def members_of(run_id: int, partition: int) -> tuple[int, ...]:
    """Return the instruments and copies of a partition in a run; none where the run left it out."""
    return run_of(run_id).assigned.members.get(partition, ())


def partitions_to_drain() -> list[int]:
    """Return the partitions of the newest run, and those of earlier ones whose last entries may still wait."""
    newest, cursors = FeedRun.objects.first(), FoldCursor.objects.values_list("partition", flat=True)
    return sorted({*cursors, *(newest.assigned.partitions if newest else ())})


def next_ordinal(cursor: FoldCursor) -> int:
    """Return the ordinal of the next record of a locked cursor: behind all that are stored, in whatever partition.

    So records of all partitions are numbered in the order in which they are stored.
    """
    newest = FoldCursor.objects.aggregate(newest=Max("next_ordinal"))["newest"] or 0
    return max(cursor.next_ordinal, newest)


def source_of(run_id: int) -> str:
    """Return what kind of feed a run is of."""
    return run_of(run_id).source


def keep(partition: int, fold: PartitionFold, *, committed: str) -> None:
    """Hold on to a fold between two drains of this process."""
    _kept[partition] = (committed, fold)


def forget(partition: int) -> None:
    """Throw a partition's fold away: the stored state is the truth."""
    _kept.pop(partition, None)


def resume(partition: int) -> PartitionFold:
    """Return the partition's fold: the kept one if the cursor still stands where it was committed, else the stored."""
    cursor, _ = FoldCursor.objects.get_or_create(pk=partition)
    committed, kept = _kept.pop(partition, ("", None))
    if kept is not None and committed == cursor.position == kept.position:
        return kept
    return stored_fold(cursor)


def fresh_fold(partition: int) -> PartitionFold:
    """Return the fold of a partition before its first entry, under the configuration in force."""
    return PartitionFold(
        begin_run=lambda run_id, version: begin_run(run_id, partition, version),
        speaks_for=lambda run_id: _speaks_for(run_id, partition),
        version=configuration.in_force(),
        adoptions=lambda run_id: configuration.adoptions(run=run_id, partition=partition),
    )


def _speaks_for(run_id: int, partition: int) -> int:
    """Return of how many symbols' feed the partition tells that it is silent: one partition tells it of all."""
    assignment = run_of(run_id).assigned
    everybody = sum(map(len, assignment.members.values())) - len(assignment.copies)
    return everybody if partition == assignment.leading else 0


def begin_run(run_id: int, partition: int, version: Version) -> Folds:
    """Return the folds of a run at its first entry, from the past that was fixed when the run was opened."""
    return _warmed(run_of(run_id), partition, version.model)[0]


def advance_cursor(cursor: FoldCursor, fold: PartitionFold) -> None:
    """Move the cursor, in the caller's transaction, to where `fold` stands."""
    cursor.position, cursor.run_id = fold.position, fold.run_id
    cursor.instant, cursor.log_time = fold.instant, fold.log_time
    cursor.late, cursor.instants_scored = fold.late, fold.instants_scored
    if fold.market is not None and fold.watch is not None:
        cursor.hearing = fold.watch.hearing
        cursor.state = fold.market.dump()
        cursor.profile_session = fold.market.profile_session
    cursor.save()


def stored_fold(cursor: FoldCursor, *, watch: Mapping[str, Any] | None = None) -> PartitionFold:
    """Return the fold that a cursor's row holds; an older one, kept as a checkpoint, brings what its `watch` knew."""
    fold = fresh_fold(cursor.partition)
    fold.position, fold.instant, fold.log_time = cursor.position, cursor.instant, cursor.log_time
    fold.late, fold.instants_scored = cursor.late, cursor.instants_scored
    if cursor.run_id is not None:
        fold.schedule = fold.adoptions(cursor.run_id)
        adopted = [at for at in fold.schedule if at <= cursor.instant]
        fold.version = fold.schedule[max(adopted)] if adopted else fold.version
        fold.run_id, (fold.market, fold.features) = cursor.run_id, _stored_folds(cursor, fold.version.model)
        facts = watch_facts(cursor) if watch is None else watch
        fold.watch = stored_watch(cursor, fold.market, facts, speaks_for=fold.speaks_for(cursor.run_id))
    return fold


def _warmed(run: FeedRun, partition: int, model: ScoreModel) -> tuple[Folds, NDArray[np.void]]:
    """Return the folds before the run's first tick, and the bars that warmed them, with their log-odds."""
    universe = risk.universe_of(members_of(run.pk, partition))
    profile, past = history.load_profile(
        lineage=run.lineage, session=run.profile_session, universe=universe, model=model
    )
    market = MarketFold.start(universe=universe, clock=clock_for(run.source), profile=profile, model=model)
    options = history.option_facts(lineage=run.lineage, session=run.profile_session, universe=universe)
    market.imply(implied_variance(options.atm_iv, open_share=profile.model.open_share))
    features = FeatureFold(past=past, profile=profile, options=options)
    bars = market.warm(services.stored_bars(run=run.pk, instruments=universe.instruments, warm_up=True))
    features.replay(bars, medium=market.legs[MEDIUM])
    return Folds(market, features), bars


def _stored_folds(cursor: FoldCursor, model: ScoreModel) -> Folds:
    assert cursor.run_id is not None
    run = run_of(cursor.run_id)
    universe = risk.universe_of(members_of(run.pk, cursor.partition))
    warm_up = _warmed(run, cursor.partition, model)[1]
    own = services.stored_bars(run=run.pk, instruments=universe.instruments, warm_up=False)
    closed = own["start"] + MINUTE_US + GRACE_US <= cursor.instant  # an older row knows nothing of later minutes
    bars = np.concatenate([warm_up, own[closed]])
    today = bars[bars["session"] > cursor.profile_session]
    profile, past = history.load_profile(
        lineage=run.lineage, session=cursor.profile_session, universe=universe, model=model
    )
    market = MarketFold.load(
        bytes(cursor.state),
        universe=universe,
        clock=clock_for(run.source),
        profile=profile,
        model=model,
        today=today,
    )
    options = None
    if cursor.profile_session == run.profile_session:
        options = history.option_facts(lineage=run.lineage, session=run.profile_session, universe=universe)
    features = FeatureFold(past=past, profile=profile, options=options)
    features.replay(today, medium=market.legs[MEDIUM])
    return Folds(market, features)
