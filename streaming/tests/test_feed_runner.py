import threading
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import numpy as np
import pytest
import redis
import time_machine

from risk.quant.ticks import blank_ticks
from streaming.assignment import Assignment
from streaming.feed_ownership import FeedOwnership
from streaming.feed_pace import MAXIMUM_SPEED, ReplayPace, WallPace, parse_speed
from streaming.feed_progress import Gap
from streaming.feed_runner import CATCH_UP_US, EndReason, FeedRunner
from streaming.feeds.base import SAMPLES_PER_REASON, Emission, Feed
from streaming.feeds.recorded import RecordedFeed
from streaming.tests.feed_factories import SECOND, open_feed, steady_rows, trading_day, write_rows
from streaming.tick_entries import Entry, Kind
from streaming.tick_log import LogReplaced, SecondWriter, TickLog
from streaming.validation import Validator

ROWS = [*steady_rows("AAA", seconds=8), *steady_rows("BBB", seconds=8), ("AAA", "1970-01-01 09:00:00", 1.0, 1.0)]


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str) -> TickLog:
    return TickLog(redis_client, prefix=redis_prefix)


@pytest.fixture
def ownership(redis_client: redis.Redis, redis_prefix: str) -> Iterator[FeedOwnership]:
    ours = FeedOwnership(redis_client, redis_prefix)
    yield ours
    ours.release()


@pytest.fixture
def feed(tmp_path: Path) -> RecordedFeed:
    return open_feed(write_rows(tmp_path, ROWS))


def make_runner(feed: Feed, log: TickLog, ownership: FeedOwnership, **changes: Any) -> FeedRunner:
    facts: dict[str, Any] = {
        "validator": Validator(np.array([1, 2])),
        "pace": ReplayPace(feed.first_us or 0, speed=MAXIMUM_SPEED),
        "run_id": 1,
        "begin_at": (feed.first_us or 0) - 1,
        "stop": threading.Event(),
        "assignment": Assignment.of({0: [1, 2]}, {}),
    }
    return FeedRunner(feed=feed, log=log, ownership=ownership, **{**facts, **changes})


def contents(entries: list[Entry]) -> list[tuple[object, ...]]:
    return [(e.number, e.kind, e.log_time, e.ticks.tobytes()) for e in entries]


class EndlessFeed:
    """Silence, an emission a second, for ever."""

    names: Mapping[int, str] = {}
    first_us = last_us = None

    def emissions(self, after_us: int, until_us: int) -> Iterator[Emission]:
        for at in range(after_us // SECOND * SECOND + SECOND, until_us + 1, SECOND):
            yield Emission(at, trading_day(), blank_ticks(0))


class FlakyRedis:
    """A server whose connection breaks around every third append: before it, or after it and before the reply.

    The appends of one entry go in one pipeline: this stands for it too.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def pipeline(self, **options: Any) -> Self:
        self._pipe = self._client.pipeline(**options)
        return self

    def eval(self, *args: Any) -> Any:
        return self._pipe.eval(*args)

    def execute(self, **options: Any) -> Any:
        self._calls += 1
        if self._calls % 3 == 0:
            raise redis.ConnectionError("broken before the append")
        replies = self._pipe.execute(**options)
        if self._calls % 3 == 1:
            raise redis.TimeoutError("broken before the reply")
        return replies


def test_a_run_is_a_start_one_entry_per_second_and_an_end(
    feed: RecordedFeed, log: TickLog, ownership: FeedOwnership
) -> None:
    runner = make_runner(feed, log, ownership)

    reason = runner.run()

    entries = log.range(0)
    assert reason == EndReason.FINISHED
    assert [e.number for e in entries] == list(range(1, 14))
    assert [e.kind for e in entries] == [Kind.RUN_START, *[Kind.TICKS] * 8, *[Kind.CLOCK] * 3, Kind.RUN_END]
    assert sum(len(e.ticks) for e in entries) == runner.progress.accepted == 16
    assert runner.progress.read == 17
    assert runner.progress.refused == {"epoch_timestamp": 1}


def test_log_time_never_falls(feed: RecordedFeed, log: TickLog, ownership: FeedOwnership) -> None:
    make_runner(feed, log, ownership).run()

    assert np.all(np.diff([e.log_time for e in log.range(0)]) >= 0)


def test_broken_connections_lose_and_double_nothing(
    feed: RecordedFeed, log: TickLog, ownership: FeedOwnership, redis_client: redis.Redis, redis_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    make_runner(feed, log, ownership).run()
    undisturbed = contents(log.range(0))
    redis_client.delete(log.key(0))
    monkeypatch.setattr("streaming.feed_runner._FIRST_WAIT", 0.001)
    flaky = TickLog(FlakyRedis(redis_client), prefix=redis_prefix)  # type: ignore[arg-type]  # stands in for the client

    make_runner(feed, flaky, ownership).run()

    assert contents(log.range(0)) == undisturbed


class ForgetfulRedis:
    """A server that was killed before its eighth append, and has lost what it had not written to its file."""

    def __init__(self, client: Any, prefix: str, *, forgets: int) -> None:
        self._client, self._prefix, self._forgets = client, prefix, forgets
        self._calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def pipeline(self, **options: Any) -> Any:
        self._calls += 1
        if self._calls == 8:
            for key in self._client.keys(f"{self._prefix}ticks:*"):
                self._forget(key)
        return self._client.pipeline(**options)

    def _forget(self, key: bytes) -> None:
        kept = self._client.xrange(key)[: -self._forgets]
        self._client.delete(key)
        for name, fields in kept:
            self._client.xadd(key, fields, id=name)


def test_what_a_killed_server_lost_is_appended_again(
    feed: RecordedFeed, log: TickLog, ownership: FeedOwnership, redis_client: redis.Redis, redis_prefix: str
) -> None:
    make_runner(feed, log, ownership).run()
    undisturbed = contents(log.range(0))
    redis_client.delete(log.key(0))
    forgetful = TickLog(ForgetfulRedis(redis_client, redis_prefix, forgets=3), prefix=redis_prefix)  # type: ignore[arg-type]

    runner = make_runner(feed, forgetful, ownership)
    runner.run()

    assert contents(log.range(0)) == undisturbed
    assert runner.progress.gaps == []


def test_what_nobody_remembers_any_more_ends_the_run_and_nothing_is_appended_behind_the_hole(
    feed: RecordedFeed, log: TickLog, ownership: FeedOwnership, redis_client: redis.Redis, redis_prefix: str
) -> None:
    forgetful = TickLog(ForgetfulRedis(redis_client, redis_prefix, forgets=5), prefix=redis_prefix)  # type: ignore[arg-type]
    runner = make_runner(feed, forgetful, ownership)
    runner._appender._recent = deque(maxlen=2)

    with pytest.raises(LogReplaced, match="went back to entry 1-2: the feed remembers no more than from 1-6 on"):
        runner.run()

    assert [entry.number for entry in log.range(0)] == [1, 2]


def test_a_log_that_lost_more_than_this_run_ends_it(
    feed: RecordedFeed, log: TickLog, ownership: FeedOwnership, redis_client: redis.Redis, redis_prefix: str
) -> None:
    make_runner(feed, log, ownership).run()
    forgetful = TickLog(ForgetfulRedis(redis_client, redis_prefix, forgets=10), prefix=redis_prefix)  # type: ignore[arg-type]

    with pytest.raises(LogReplaced, match="went back to entry 1-10, before run 2"):
        make_runner(feed, forgetful, ownership, run_id=2).run()

    assert log.range(0)[-1].id == "1-10"


def test_all_of_a_run_that_a_killed_server_lost_is_appended_again(
    feed: RecordedFeed, log: TickLog, ownership: FeedOwnership, redis_client: redis.Redis, redis_prefix: str
) -> None:
    make_runner(feed, log, ownership).run()
    forgetful = TickLog(ForgetfulRedis(redis_client, redis_prefix, forgets=7), prefix=redis_prefix)  # type: ignore[arg-type]

    make_runner(feed, forgetful, ownership, run_id=2).run()

    assert [entry.number for entry in log.range(0, "2-0")] == list(range(1, 14))


@pytest.mark.parametrize("epoch", [None, "theirs"])
def test_nothing_is_appended_to_a_log_that_is_another_one(
    feed: RecordedFeed, log: TickLog, ownership: FeedOwnership, redis_client: redis.Redis, epoch: str | None
) -> None:
    if epoch:
        redis_client.set(log.epoch_key, epoch)

    with pytest.raises(LogReplaced, match="the epoch theirs, not ours" if epoch else "no epoch, not ours"):
        make_runner(feed, log, ownership, epoch="ours").run()

    assert log.length(0) == 0


def test_a_second_writer_ends_the_run(feed: RecordedFeed, log: TickLog, ownership: FeedOwnership) -> None:
    log.append(0, run_id=1, number=4, kind=Kind.CLOCK, log_time=0, wall_time=0)

    with pytest.raises(SecondWriter):
        make_runner(feed, log, ownership).run()


def test_a_stop_ends_the_run_cleanly(feed: RecordedFeed, log: TickLog, ownership: FeedOwnership) -> None:
    stop = threading.Event()
    stop.set()

    reason = make_runner(feed, log, ownership, stop=stop).run()

    assert reason == EndReason.STOPPED
    assert [e.kind for e in log.range(0)] == [Kind.RUN_START, Kind.RUN_END]


def test_a_stop_while_the_server_is_away_ends_the_run(feed: RecordedFeed, ownership: FeedOwnership) -> None:
    stop = threading.Event()
    stop.set()
    nowhere = TickLog(redis.Redis(port=1, socket_connect_timeout=0.1), prefix="")

    assert make_runner(feed, nowhere, ownership, stop=stop).run() == EndReason.STOPPED


def test_the_run_ends_when_another_feed_asks_for_the_log(
    feed: RecordedFeed, log: TickLog, ownership: FeedOwnership, redis_client: redis.Redis, redis_prefix: str
) -> None:
    other = FeedOwnership(redis_client, redis_prefix)
    other.request()

    reason = make_runner(feed, log, ownership).run()

    assert reason == EndReason.TAKEN_OVER
    assert log.range(0)[-1].kind == Kind.RUN_END


def test_the_run_ends_without_a_word_when_it_has_lost_the_log(
    feed: RecordedFeed, log: TickLog, ownership: FeedOwnership, redis_client: redis.Redis, redis_prefix: str
) -> None:
    FeedOwnership(redis_client, redis_prefix).claim()

    reason = make_runner(feed, log, ownership).run()

    assert reason == EndReason.TAKEN_OVER
    assert [e.kind for e in log.range(0)] == [Kind.RUN_START]


def test_the_feed_waits_for_a_worker_that_is_far_behind(tmp_path: Path, log: TickLog, ownership: FeedOwnership) -> None:
    feed = open_feed(write_rows(tmp_path, steady_rows("AAA", seconds=600)))
    stop, seen = threading.Event(), []

    def folded() -> int:  # a worker that catches up at the third question
        seen.append(log.length(0))
        return seen[-1] if len(seen) > 2 else 0

    reason = make_runner(feed, log, ownership, stop=stop, folded=folded, backlog=100).run()

    assert reason == EndReason.FINISHED
    assert seen[:3] == [100, 200, 200]


def test_an_outage_too_long_to_catch_up_is_a_gap_with_both_its_ends(log: TickLog, ownership: FeedOwnership) -> None:
    feed, stop = EndlessFeed(), threading.Event()
    begin, back = 10 * SECOND, 10 * SECOND + CATCH_UP_US + 1
    times = iter([begin + SECOND, begin + SECOND + back])

    def due_us() -> int:
        if (due := next(times, None)) is None:
            stop.set()
        return due or begin + SECOND + back

    pace = SimpleNamespace(due_us=due_us)
    runner = make_runner(feed, log, ownership, begin_at=begin, pace=pace, stop=stop)

    runner.run()

    assert runner.progress.gaps == [Gap(begin + SECOND, begin + SECOND + back)]
    assert [e.log_time for e in log.range(0) if e.kind == Kind.CLOCK] == [begin + SECOND]


def test_samples_are_bounded_and_counts_are_exact(tmp_path: Path, log: TickLog, ownership: FeedOwnership) -> None:
    path = write_rows(tmp_path, steady_rows("ZZZ", seconds=SAMPLES_PER_REASON + 30))
    runner = make_runner(open_feed(path), log, ownership)

    runner.run()

    assert runner.progress.refused == {"unknown_symbol": SAMPLES_PER_REASON + 30}
    assert len(runner.progress.all_samples()) == SAMPLES_PER_REASON
    assert runner.progress.all_samples()[0].symbol == "ZZZ"


def test_a_sample_tells_the_tick_as_json_can_hold_it(tmp_path: Path, log: TickLog, ownership: FeedOwnership) -> None:
    runner = make_runner(open_feed(write_rows(tmp_path, [("AAA", "09:15:00", float("inf"), 5.0)])), log, ownership)

    runner.run()

    (sample,) = runner.progress.all_samples()
    assert (sample.reason, sample.symbol) == ("not_finite", "AAA")
    assert (sample.detail["last_price"], sample.detail["volume"]) == ("inf", 5.0)


def test_ownership_passes_by_request_and_by_release(redis_client: redis.Redis, redis_prefix: str) -> None:
    running, asking = (FeedOwnership(redis_client, redis_prefix) for _ in range(2))
    assert running.claim()

    assert asking.request()
    assert not asking.claim()
    assert running.is_wanted_by_another()
    assert not asking.is_wanted_by_another()
    running.release()
    assert asking.claim()
    running.release()  # releases only what is its own

    assert not running.claim()
    asking.withdraw()
    assert not running.is_wanted_by_another()


def test_only_one_feed_at_a_time_can_ask_for_the_log(redis_client: redis.Redis, redis_prefix: str) -> None:
    first, second = (FeedOwnership(redis_client, redis_prefix) for _ in range(2))

    assert first.request()
    assert not second.request()
    assert first.request()


def test_ownership_expires_with_a_feed_that_died(redis_client: redis.Redis, redis_prefix: str) -> None:
    FeedOwnership(redis_client, redis_prefix).claim()

    assert 0 < redis_client.pttl(f"{redis_prefix}feed:owner") <= 4_000


def test_wall_time_never_falls() -> None:
    readings = iter([100, 200, 150, 300])
    pace = WallPace(lambda: next(readings))

    assert [pace.due_us() for _ in range(3)] == [200, 200, 300]


def test_recorded_time_passes_at_the_speed_asked_for() -> None:
    readings = iter([10.0, 10.0, 11.5])
    pace = ReplayPace(1_000_000, speed=60.0, clock=lambda: next(readings))

    assert [pace.due_us() for _ in range(2)] == [1_000_000, 91_000_000]


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "fast", ""])
def test_a_speed_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="positive number or max"):
        parse_speed(text)


def test_the_speed_is_a_number_or_max() -> None:
    assert (parse_speed("60"), parse_speed("max")) == (60.0, MAXIMUM_SPEED)


def test_an_entry_tells_when_it_was_appended(feed: RecordedFeed, log: TickLog, ownership: FeedOwnership) -> None:
    with time_machine.travel(1_700_000_000, tick=False):
        make_runner(feed, log, ownership).run()

    assert {e.wall_time for e in log.range(0)} == {1_700_000_000_000_000}
