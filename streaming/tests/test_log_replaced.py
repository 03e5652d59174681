"""A log that is not the one that was folded stops scoring, visibly and once, before anything of it is folded.

On servers that were really emptied, put back to an earlier copy of their files, or exchanged for another one.
"""

import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import redis
from pytest_django import Settings

from alerts.models import Alert
from risk.configuration import RiskConfig
from risk.models import RiskRecord
from risk.quant.ticks import blank_ticks
from riskplatform import embedded
from streaming import log_services, pipeline, probes, resumption, retention, socket_facts, tasks
from streaming.feed_pace import MAXIMUM_SPEED, ReplayPace
from streaming.feed_process import Beginning, FinishedRun, feed_ownership, run_feed
from streaming.feeds.base import Emission
from streaming.models import FeedRun, FoldCheckpoint, FoldCursor, Heartbeat
from streaming.status import pipeline_status
from streaming.tests.feed_factories import trading_day
from streaming.tests.log_factories import NUMBER, OPEN, SECOND, fill_log, make_run
from streaming.tick_entries import Kind
from streaming.tick_log import LogReplaced, TickLog
from streaming.verification import compare_with_log
from streaming.watching import conditions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
PREFIX = "risk:"


class Server:
    """A durable server of our own in a folder, and the platform's log in it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.start()

    def start(self) -> None:
        self._store = embedded.start(self._home)
        self.client = redis.Redis.from_url(embedded.redis_url(self._home))
        self.log = TickLog(self.client, prefix=PREFIX)

    def stop(self) -> None:
        self.client.close()
        self._store.stop()

    def put_back(self, copy: Path) -> None:
        """Go back to an earlier copy of the files."""
        self.stop()
        shutil.rmtree(self._home / "redis")
        shutil.copytree(copy, self._home / "redis")
        self.start()

    def copied_to(self, copy: Path) -> None:
        self.stop()
        shutil.copytree(self._home / "redis", copy)
        self.start()


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[Server]:
    """A server whose log of 5 s was folded: 50 entries and an end, 3 records a second."""
    resumption._kept.clear()
    own = Server(tmp_path / "own")
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = embedded.redis_url(tmp_path / "own"), PREFIX
    settings.DRAIN_SLICE_SECONDS = 0.5
    fill(own)
    assert tasks.drain() == 51
    yield own
    own.stop()


def fill(server: Server) -> FeedRun:
    run = make_run()
    fill_log(server.client, PREFIX, run=run, seconds=5)
    return run


def test_an_emptied_log_stops_scoring_and_says_so_once(server: Server) -> None:
    server.client.flushall()
    fill(server)
    Heartbeat.objects.all().delete()

    assert [tasks.drain(), tasks.drain()] == [0, 0]

    assert RiskRecord.objects.count() == 15
    alert = Alert.objects.get(rule="log_replaced")
    assert (alert.severity, alert.phase, alert.instrument, alert.partition) == ("CRITICAL", "firing", None, None)
    assert "has no epoch" in alert.summary
    assert "manage.py accept_log" in alert.summary
    health = probes.probe_pipeline()
    assert health.status == "down"
    assert health.detail.startswith("LOG_REPLACED: the tick log has no epoch")
    assert socket_facts.heartbeat_facts()["feed_state"] == "stalled"
    assert not pipeline_status().is_stalled, "the worker reports: to restart it would not help"


def test_the_watchdog_says_nothing_of_a_log_that_was_replaced(server: Server) -> None:
    server.client.flushall()
    tasks.drain()

    status = pipeline_status()

    assert status.log_replaced
    assert conditions(status, RiskConfig(), before={}) == {}


def test_a_log_that_is_emptied_while_it_is_drained_gives_nothing_more(server: Server) -> None:
    run = fill(server)

    class Emptied(TickLog):
        """Is emptied and fed again by somebody just before it is read."""

        def read_all(self, *args: object, **options: object):  # type: ignore[no-untyped-def]  # passes all on
            server.client.flushall()
            fill_log(server.client, PREFIX, run=run, seconds=5)
            return super().read_all(*args, **options)  # type: ignore[arg-type]  # as above

    with pytest.raises(LogReplaced):
        pipeline.drain(lambda: {0}, log=Emptied(server.client, prefix=PREFIX), is_over=lambda: False)

    assert RiskRecord.objects.count() == 15
    assert 0 not in resumption._kept


def test_an_earlier_copy_stops_scoring_when_a_new_run_is_fed_to_it(server: Server, tmp_path: Path) -> None:
    server.copied_to(tmp_path / "copy")
    fill(server)
    assert tasks.drain() == 51
    server.put_back(tmp_path / "copy")
    fill(server)

    assert tasks.drain() == 0

    assert RiskRecord.objects.count() == 30
    assert "was folded and is gone; entries behind it are there" in Alert.objects.get(rule="log_replaced").summary


def test_an_earlier_copy_waits_for_its_feed_and_stops_when_that_has_ended(server: Server, tmp_path: Path) -> None:
    server.copied_to(tmp_path / "copy")
    run = fill(server)
    assert tasks.drain() == 51
    server.put_back(tmp_path / "copy")

    assert tasks.drain() == 0
    assert not Alert.objects.filter(rule="log_replaced").exists(), "the feed may append it again"
    FeedRun.objects.filter(pk=run.pk).update(ended_at=run.started_at)
    assert tasks.drain() == 0

    assert "ends before what was folded of it" in Alert.objects.get(rule="log_replaced").summary


def test_another_server_stops_scoring_whatever_it_holds(server: Server, tmp_path: Path, settings: Settings) -> None:
    other = Server(tmp_path / "other")
    try:
        other.log.claim_epoch("theirs")
        for run in FeedRun.objects.all():
            fill_log(other.client, PREFIX, run=run, seconds=8)
        settings.REDIS_URL = embedded.redis_url(tmp_path / "other")

        assert tasks.drain() == 0
        assert tasks.trim_log() == 0
    finally:
        other.stop()

    assert RiskRecord.objects.count() == 15
    assert "the epoch theirs" in Alert.objects.get(rule="log_replaced").summary


def test_a_server_that_comes_back_with_everything_is_the_same(server: Server) -> None:
    server.stop()
    server.start()
    fill(server)

    assert tasks.drain() == 51
    assert not Alert.objects.filter(rule="log_replaced").exists()


def test_a_log_trimmed_up_to_the_cursor_is_the_same(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    retention.trim_log(server.log)
    FoldCheckpoint.objects.update(taken_at="2020-01-01T00:00:00Z")
    assert retention.trim_log(server.log) == 51
    fill(server)

    assert tasks.drain() == 51


def test_entries_that_nobody_trimmed_are_missed(server: Server) -> None:
    server.log.trim(0, before_id="999999-1")
    fill(server)

    assert tasks.drain() == 0
    assert "is not kept and was not trimmed" in Alert.objects.get(rule="log_replaced").summary


def test_another_log_is_not_trimmed(server: Server) -> None:
    server.client.set(server.log.epoch_key, "theirs")

    with pytest.raises(LogReplaced):
        retention.trim_log(server.log)


def test_a_log_that_comes_back_is_not_scored_before_it_is_accepted(server: Server) -> None:
    epoch = server.client.get(server.log.epoch_key)
    server.client.delete(server.log.epoch_key)
    fill(server)
    assert tasks.drain() == 0
    server.client.set(server.log.epoch_key, epoch or b"")

    assert tasks.drain() == 0
    assert log_services.accept(server.log, by="asha", reason="wrong port", drop_entries=False).is_new is False

    assert tasks.drain() == 51
    assert compare_with_log(server.log).is_equal


class Silence:
    """A feed of ten emissions of nothing, a second apart."""

    names: Mapping[int, str] = {}
    first_us, last_us = OPEN + SECOND, OPEN + 10 * SECOND

    def emissions(self, after_us: int, until_us: int) -> Iterator[Emission]:
        for at in range(self.first_us, self.last_us + 1, SECOND):
            if after_us < at <= until_us:
                yield Emission(at, trading_day(), blank_ticks(0))


def carry_silence() -> FinishedRun:
    return run_feed(
        Silence(),
        beginning=Beginning(FeedRun.Source.SIMULATED, "silence", NUMBER, OPEN),
        pace=ReplayPace(OPEN, speed=MAXIMUM_SPEED),
        ownership=feed_ownership(),
        stop=threading.Event(),
    )


def test_a_feed_that_finds_another_log_closes_its_run_and_stops_scoring(server: Server) -> None:
    server.client.flushall()

    with pytest.raises(LogReplaced):
        carry_silence()

    assert server.log.length(0) == 0, "nothing is appended"
    assert FeedRun.objects.latest("pk").end_reason == "log replaced"
    assert Alert.objects.filter(rule="log_replaced", phase="firing").count() == 1
    with pytest.raises(LogReplaced):
        carry_silence()
    assert FeedRun.objects.count() == 2, "no run is opened while an operator has not decided"

    log_services.accept(server.log, by="asha", reason="emptied by hand", drop_entries=False)

    assert carry_silence().progress.entries == 12
    assert tasks.drain() == 12


def test_a_database_made_anew_does_not_take_the_entries_of_another_for_its_own(
    tmp_path: Path, settings: Settings
) -> None:
    other = Server(tmp_path / "own")
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = embedded.redis_url(tmp_path / "own"), PREFIX
    other.log.append(0, run_id=7, number=1, kind=Kind.CLOCK, log_time=OPEN, wall_time=OPEN)
    try:
        with pytest.raises(LogReplaced):
            carry_silence()
        assert [entry.id for entry in other.log.range(0)] == ["7-1"]
    finally:
        other.stop()

    assert Alert.objects.get(rule="log_replaced").phase == "firing"


def test_nothing_is_noted_of_a_log_that_is_not_the_platforms_any_more(server: Server) -> None:
    log_services.stop_scoring(LogReplaced("found by a drain that began before"), epoch="former")

    assert not Alert.objects.filter(rule="log_replaced").exists()
    assert FoldCursor.objects.count() == 1
