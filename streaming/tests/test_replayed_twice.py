"""The same ticks twice in a row, through log, fold and database: equal digests."""

import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.tests.factories import make_user
from risk import config_services as configuration
from risk.models import RiskRecord
from streaming import pipeline, resumption
from streaming.feed_pace import MAXIMUM_SPEED, ReplayPace
from streaming.feed_process import Beginning, feed_ownership, instrument_ids, run_feed
from streaming.feeds.base import Emission
from streaming.feeds.json_ticks import TickReader
from streaming.feeds.recorded import RecordedFeed
from streaming.models import FeedRun
from streaming.replaying import open_recording
from streaming.run_digests import digests_of
from streaming.tests.dirt import dirty_lines
from streaming.tests.timed_lines import TimedLinesFeed
from streaming.tick_log import platform_log
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus", "crossing"), pytest.mark.recorded]
SECONDS = 150  # of each session: enough for bars and alerts; the whole of a day is `replay` and `verify_replay --same`
SECOND = 1_000_000
CROSSING = {"low_threshold": 0.02, "medium_threshold": 0.04, "high_threshold": 0.06, "critical_threshold": 0.08,
            "low_exit": 0.015, "medium_exit": 0.035, "high_exit": 0.055, "critical_exit": 0.075,
            "alert_pending_seconds": 2, "alert_hold_seconds": 3, "alert_keep_firing_seconds": 4}  # fmt: skip
DAYS = ("2021-04-08", "2021-04-16", "2021-05-05", "2021-06-04")


@pytest.fixture
def crossing(settings: Settings) -> None:
    """Thresholds so low that scores cross them."""
    settings.RECORD_RETENTION_DAYS = 36_500
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    configuration.change(values=CROSSING, reason="so that scores cross", by=make_user("admin"))


def opened(shared_data: Path, day: str) -> RecordedFeed:
    return open_recording(shared_data / "ticks_2021" / f"ticks_{day}.parquet", None)


def beginning_of(feed: RecordedFeed) -> list[Emission]:
    """The first seconds that lie in the session."""
    start = max(feed.first_us, feed.day.session.open_us)
    return list(feed.emissions(start - 1, start + SECONDS * SECOND))


class Excerpt:
    """Some emissions as a feed of their own."""

    def __init__(self, emissions: list[Emission], feed: RecordedFeed) -> None:
        self._emissions, self.names, self.day = emissions, feed.names, feed.day
        self.first_us, self.last_us = emissions[0].log_time, emissions[-1].log_time

    def emissions(self, after_us: int, until_us: int) -> Iterator[Emission]:
        return (one for one in self._emissions if after_us < one.log_time <= until_us)


def carried(feed: Excerpt | TimedLinesFeed) -> FeedRun:
    """One run through log, fold and database."""
    ownership = feed_ownership()
    done = run_feed(
        feed,
        beginning=Beginning(FeedRun.Source.REPLAY, "again", feed.day.session.key, feed.first_us - 1),
        pace=ReplayPace(feed.first_us, speed=MAXIMUM_SPEED),
        ownership=ownership,
        stop=threading.Event(),
    )
    ownership.release()
    left = iter(range(3))
    pipeline.drain(lambda: {0}, log=platform_log(), is_over=lambda: next(left, None) is None)
    return FeedRun.objects.get(pk=done.run.pk)


def told(run: FeedRun) -> dict[str, tuple[int, str]]:
    return {kind: (side.count, side.digest.hexdigest()) for kind, side in digests_of(run.pk).items()}


def assert_alike(first: FeedRun, second: FeedRun) -> None:
    """The runs left the same, which is not nothing, and it is what the log says."""
    one = told(first)
    assert one == told(second)
    assert one["records"][0] > 1_000 and one["bars"][0] > 10
    assert (first.ticks_read, first.refused, first.warned) == (second.ticks_read, second.refused, second.warned)
    assert compare_with_log(platform_log()).is_equal


@pytest.mark.parametrize("day", DAYS)
def test_a_recorded_session_replayed_twice_leaves_the_same(shared_data: Path, day: str) -> None:
    feed = opened(shared_data, day)
    emissions = beginning_of(feed)

    first, second = (carried(Excerpt(emissions, feed)) for _ in range(2))

    assert first.ticks_accepted > 1_000
    assert_alike(first, second)


def dirty(feed: RecordedFeed, *, seed: int) -> TimedLinesFeed:
    """A feed made dirty anew, with a reader of its own."""
    batches = list(dirty_lines(beginning_of(feed), names=feed.names, seed=seed))
    return TimedLinesFeed(batches, reader=TickReader(instrument_ids()), day=feed.day)


def test_a_dirty_session_twice_in_a_row_leaves_the_same(shared_data: Path) -> None:
    feed = opened(shared_data, "2021-04-08")

    first, second = (carried(dirty(feed, seed=5)) for _ in range(2))

    assert first.warned["crossed_book"] > 10
    reasons = {"not_finite", "non_positive_price", "late", "unknown_symbol", "malformed", "price_jump", "duplicate"}
    assert all(first.refused[reason] > 10 for reason in reasons)
    assert first.ticks_read == first.ticks_accepted + sum(first.refused.values())
    assert_alike(first, second)


def test_another_dirt_leaves_something_else(shared_data: Path) -> None:
    feed = opened(shared_data, "2021-04-08")

    first, second = carried(dirty(feed, seed=5)), carried(dirty(feed, seed=6))

    assert told(first)["records"] != told(second)["records"]


def test_the_command_compares_two_runs_and_fails_when_they_differ(shared_data: Path) -> None:
    feed = opened(shared_data, "2021-06-04")
    first, second = (carried(Excerpt(beginning_of(feed), feed)) for _ in range(2))
    out = StringIO()

    call_command("verify_replay", same=[first.pk, second.pk], stdout=out)
    record = RiskRecord.objects.filter(run=second.pk).order_by("id")[100]
    RiskRecord.objects.filter(pk=record.pk).update(barrier=record.barrier / 2)

    assert "left the same" in out.getvalue()
    with pytest.raises(SystemExit):
        call_command("verify_replay", same=[first.pk, second.pk], stdout=out)
    assert "did NOT leave the same" in out.getvalue()
    with pytest.raises(CommandError, match="999999"):
        call_command("verify_replay", same=[first.pk, 999_999], stdout=out)
