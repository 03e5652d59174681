"""Replays one recorded session through the platform, beside it or without it, and sums up what happened."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from django.db.models import Sum

from risk.models import RiskRecord
from risk.quant.calendar import IST, ExchangeClock, NotCovered
from riskplatform.lib.errors import DomainError
from streaming.feed_ownership import FeedOwnership
from streaming.feed_pace import ReplayPace
from streaming.feed_process import (
    Beginning,
    FinishedRun,
    feed_ownership,
    folded_entries,
    instrument_ids,
    run_feed,
)
from streaming.feeds.recorded import RecordedFeed
from streaming.feeds.recording_files import read_recording, recorded_day
from streaming.models import FeedRun, FoldCursor
from streaming.replay_summary import Summary
from streaming.validation import TradingDay

DAY_US: Final = 86_400_000_000
POLL_SECONDS: Final = 0.1
TURN_TIMEOUT_SECONDS: Final = 60.0


class NotATradingDay(DomainError):
    """The recorded day has no session in the exchange's calendar."""

    code = "not_a_trading_day"


class ReplayRefused(DomainError):
    """Another replay has the tick log."""

    code = "replay_refused"


class WorkerTooSlow(DomainError):
    """The worker did not reach the end of the run in time."""

    code = "worker_too_slow"


def open_recording(path: Path, day: date | None) -> RecordedFeed:
    """Return the feed of a file.  Raises a RecordingError or NotATradingDay that says what is wrong."""
    recorded = recorded_day(path, day)
    trading = exchange_day(recorded)
    offset = IST.utcoffset(None)
    return RecordedFeed(
        read_recording(path),
        day=trading,
        utc_offset_us=int(offset.total_seconds()) * 1_000_000,
        instruments=instrument_ids(),
    )


def exchange_day(day: date) -> TradingDay:
    """Return the session and the Indian calendar day of `day`."""
    try:
        session = ExchangeClock("NSE").session_on(day)
    except NotCovered as problem:
        raise NotATradingDay(str(problem)) from problem
    if session is None:
        raise NotATradingDay(f"{day} was not a trading day of NSE: give the recorded session's date with --date")
    midnight = datetime(day.year, day.month, day.day, tzinfo=IST).astimezone(UTC)
    start = int(midnight.timestamp()) * 1_000_000
    return TradingDay(session, start, start + DAY_US)


def replay(
    feed: RecordedFeed,
    *,
    description: str,
    speed: float,
    timeout_seconds: float,
    stop: threading.Event,
    worker_died: Callable[[], str | None] = lambda: None,
) -> Summary:
    """Feed the recording as a new run, wait until the worker has committed its end, and sum up.

    Raises ReplayRefused when the log is not free, WorkerTooSlow when the worker stays behind for `timeout_seconds`.
    """
    ownership = feed_ownership()
    try:
        _take_over(ownership, stop)
        late_before, began = _late(), time.monotonic()
        done = run_feed(
            feed,
            beginning=Beginning(FeedRun.Source.REPLAY, description, feed.day.session.key, feed.first_us - 1),
            pace=ReplayPace(feed.first_us, speed=speed),
            ownership=ownership,
            stop=stop,
            keeps_with_worker=True,
        )
        fed = time.monotonic()
        _wait_for_worker(done, ownership, deadline=fed + timeout_seconds, worker_died=worker_died)
        return _summary(done, late=_late() - late_before, feed_seconds=fed - began, lag_seconds=time.monotonic() - fed)
    finally:
        ownership.release()
        ownership.withdraw()


def _take_over(ownership: FeedOwnership, stop: threading.Event) -> None:
    if not ownership.request():
        raise ReplayRefused("another replay has the tick log: wait for its end or stop it")
    deadline = time.monotonic() + TURN_TIMEOUT_SECONDS
    while not ownership.claim():
        ownership.request()
        if stop.wait(POLL_SECONDS) or time.monotonic() > deadline:
            raise ReplayRefused("the running feed did not make way: is it stopped by a debugger?")


def _wait_for_worker(
    done: FinishedRun, ownership: FeedOwnership, *, deadline: float, worker_died: Callable[[], str | None]
) -> None:
    while (reached := folded_entries(done.run.pk)) < done.progress.entries:
        if (death := worker_died()) is not None:
            raise WorkerTooSlow(death)
        if time.monotonic() > deadline:
            raise WorkerTooSlow(
                f"the worker committed entry {reached:,} of {done.progress.entries:,} of run {done.run.pk} and no more "
                f"in time: look at RISK_HOME/logs, or give it longer with --timeout"
            )
        ownership.keep()
        time.sleep(POLL_SECONDS)


def _late() -> int:
    return FoldCursor.objects.aggregate(late=Sum("late"))["late"] or 0


def _summary(done: FinishedRun, *, late: int, feed_seconds: float, lag_seconds: float) -> Summary:
    records = RiskRecord.objects.filter(run=done.run.pk)
    return Summary(
        run=done.run.pk,
        end=done.reason.value,
        read=done.progress.read,
        accepted=done.progress.accepted,
        refused=dict(done.progress.refused),
        folded_late=late,
        instants=records.values("instant").distinct().count(),
        records=records.count(),
        feed_seconds=feed_seconds,
        lag_seconds=lag_seconds,
    )
