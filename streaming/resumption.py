"""Where a fold goes on: from what this process still holds, or from the state that the last commit stored."""

from functools import lru_cache

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from risk import services as risk
from risk.quant.calendar import clock_for
from risk.quant.market import MarketFold
from risk.quant.model import default_model
from streaming import services
from streaming.models import FeedRun, FoldCursor
from streaming.partition_fold import PartitionFold

_kept: dict[int, tuple[str, PartitionFold]] = {}


@lru_cache(maxsize=64)
def run_of(run_id: int) -> FeedRun:
    """Return a run; what the fold reads of it (source, lineage, past) never changes after its opening."""
    return FeedRun.objects.get(pk=run_id)


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
    return _stored(cursor)


def begin_run(run_id: int, partition: int) -> MarketFold:
    """Return the fold of a run at its first entry, from the past that was fixed when the run was opened."""
    return _warmed(run_of(run_id), partition)[0]


def advance_cursor(cursor: FoldCursor, fold: PartitionFold) -> None:
    """Move the cursor, in the caller's transaction, to where `fold` stands."""
    cursor.position, cursor.run_id = fold.position, fold.run_id
    cursor.instant, cursor.log_time = fold.instant, fold.log_time
    cursor.late, cursor.instants_scored = fold.late, fold.instants_scored
    if fold.market is not None:
        cursor.state = fold.market.dump()
        cursor.profile_session = fold.market.profile_session
    cursor.save()


def _stored(cursor: FoldCursor) -> PartitionFold:
    fold = PartitionFold(
        begin_run=lambda run_id: begin_run(run_id, cursor.partition),
        interval_us=settings.RECORD_INTERVAL_US,
        position=cursor.position,
        instant=cursor.instant,
        log_time=cursor.log_time,
        late=cursor.late,
        instants_scored=cursor.instants_scored,
    )
    if cursor.run_id is not None:
        fold.run_id, fold.market = cursor.run_id, _stored_market(cursor)
    return fold


def _warmed(run: FeedRun, partition: int) -> tuple[MarketFold, NDArray[np.void]]:
    """Return the fold before the run's first tick, and the bars that warmed it, with their log-odds."""
    universe = risk.universe_of(partition)
    profile = risk.load_profile(lineage=run.lineage, session=run.profile_session, universe=universe)
    market = MarketFold.start(universe=universe, clock=clock_for(run.source), profile=profile, model=default_model())
    return market, market.warm(services.stored_bars(run=run.pk, warm_up=True))


def _stored_market(cursor: FoldCursor) -> MarketFold:
    assert cursor.run_id is not None
    run = run_of(cursor.run_id)
    universe = risk.universe_of(cursor.partition)
    warm_up = _warmed(run, cursor.partition)[1]
    today = np.concatenate([warm_up, services.stored_bars(run=run.pk, warm_up=False)])
    return MarketFold.load(
        bytes(cursor.state),
        universe=universe,
        clock=clock_for(run.source),
        profile=risk.load_profile(lineage=run.lineage, session=cursor.profile_session, universe=universe),
        model=default_model(),
        today=today[today["session"] > cursor.profile_session],
    )
