"""A run of a feed from its opening to its closing account, for the commands that start one."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Final

import numpy as np
from django.conf import settings
from django.db import DatabaseError
from numpy.typing import NDArray
from structlog import get_logger

from risk.quant.ticks import blank_ticks
from risk.services import instrument_directory
from riskplatform.lib.redis_client import connect
from streaming import log_services, services
from streaming.assignment import Assignment
from streaming.feed_ownership import FeedOwnership
from streaming.feed_pace import Pace
from streaming.feed_progress import Progress
from streaming.feed_runner import EndReason, FeedRunner
from streaming.feeds.base import Feed
from streaming.models import FeedRun, FoldCursor
from streaming.resumption import run_of
from streaming.tick_entries import START, Kind, parse_id
from streaming.tick_log import LogReplaced, SecondWriter, TickLog, platform_log
from streaming.validation import Validator

logger = get_logger(__name__)
WHOLE_RUN: Final = 2**62


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a run says of itself when it is opened, and where its feed time begins (microseconds UTC)."""

    source: str
    description: str
    session: int
    begin_at: int
    warm_up: NDArray[np.void] | None = None


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A closed run, why it ended and what it did."""

    run: FeedRun
    reason: EndReason
    progress: Progress


def instrument_ids() -> dict[str, int]:
    """Return the id of every symbol and alias."""
    return {symbol: int(instrument.pk) for symbol, instrument in instrument_directory().items()}


def feed_ownership() -> FeedOwnership:
    """Return a new claim on the platform's tick log."""
    return FeedOwnership(connect(), settings.REDIS_KEY_PREFIX)


def folded_entries(run_id: int) -> int:
    """Return the number of the last entry of the run that is committed in each of its partitions.

    It is 0 before the first and WHOLE_RUN when the workers have gone on to a later run.
    """
    partitions = run_of(run_id).assigned.partitions
    positions = dict(FoldCursor.objects.filter(partition__in=partitions).values_list("partition", "position"))
    return min(_folded(positions.get(partition, START), run_id) for partition in partitions)


def _folded(position: str, run_id: int) -> int:
    run, number = parse_id(position)
    if run > run_id:
        return WHOLE_RUN
    return number if run == run_id else 0


def run_feed(
    feed: Feed,
    *,
    beginning: Beginning,
    pace: Pace,
    ownership: FeedOwnership,
    stop: threading.Event,
    keeps_with_worker: bool = False,
    heartbeat: Callable[[FeedRun, Progress], None] = lambda run, progress: None,
    why: Callable[[], EndReason] = lambda: EndReason.STOPPED,
) -> FinishedRun:
    """Open a run, carry the feed into the tick log and close the run's account; `why` as in FeedRunner.

    Raises SecondWriter; and LogReplaced while this is not the log that was folded, which is noted.
    """
    log = platform_log()
    identity = log_services.identity_of(log)
    run = services.open_run(
        source=beginning.source,
        description=beginning.description,
        session=beginning.session,
        warm_up=beginning.warm_up,
    )
    assignment = run.assigned
    known = np.unique(np.array(list(instrument_ids().values()), dtype=np.int64))
    runner = FeedRunner(
        feed=feed,
        log=log,
        ownership=ownership,
        validator=Validator(known),
        pace=pace,
        run_id=run.pk,
        begin_at=beginning.begin_at,
        stop=stop,
        assignment=assignment,
        epoch=identity.epoch,
        folded=(lambda: folded_entries(run.pk)) if keeps_with_worker else None,
        heartbeat=lambda progress: heartbeat(run, progress),
        why=why,
    )
    logger.info("run opened", run=run.pk, source=beginning.source)
    try:
        end_runs_elsewhere(log, assignment, epoch=identity.epoch)
        reason = runner.run()
    except SecondWriter:
        _close(run, "second writer", runner.progress)
        raise
    except LogReplaced as problem:
        log_services.stop_scoring(problem, epoch=identity.epoch)
        _close(run, "log replaced", runner.progress)
        raise
    _close(run, reason.value, runner.progress)
    return FinishedRun(run, reason, runner.progress)


def end_runs_elsewhere(log: TickLog, assignment: Assignment, *, epoch: str) -> None:
    """Say farewell for a run that was cut off in partitions which the new run leaves out: nobody else would end it."""
    left_out = FoldCursor.objects.exclude(partition__in=assignment.partitions).values_list("partition", flat=True)
    for partition in left_out:
        head = log.head(partition)
        if head is not None and head.kind is not Kind.RUN_END:
            end = replace(head, number=head.number + 1, kind=Kind.RUN_END, ticks=blank_ticks(0), elsewhere=False)
            log.append_all({partition: end}, epoch=epoch)


def _close(run: FeedRun, reason: str, progress: Progress) -> None:
    """Store the run's account; the feed does not fail for a database that is away, the log keeps the ticks."""
    samples = [asdict(sample) for sample in progress.all_samples()]
    try:
        services.close_run(
            run,
            reason=reason,
            read=progress.read,
            accepted=progress.accepted,
            refused=progress.refused,
            warned=progress.warned,
        )
        services.store_rejected(run, samples)
    except DatabaseError as problem:
        logger.error("run not closed in the database", run=run.pk, problem=str(problem))
    logger.info("run closed", run=run.pk, reason=reason, read=progress.read, refused=dict(progress.refused))
