"""Several partitions give what one gives, each symbol once; and each can be folded again on its own."""

import itertools
from collections.abc import Iterator

import pytest
import redis
from pytest_django import Settings

from alerts.models import Alert
from risk.models import Instrument, MinuteBar, RiskRecord
from risk.quant.ticks import blank_ticks
from streaming import facts, log_services, pipeline, resumption, services
from streaming.faults.short_market import ShortMarket
from streaming.feed_process import end_runs_elsewhere, folded_entries
from streaming.models import FeedRun, FoldCursor
from streaming.simulation import prepare_simulation
from streaming.status import pipeline_status
from streaming.tests.log_factories import NUMBER, OPEN, SECOND
from streaming.tick_entries import Kind
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus", "fresh_worker")]


@pytest.fixture
def fresh_worker() -> Iterator[None]:
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    yield


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str) -> TickLog:
    return TickLog(redis_client, prefix=redis_prefix)


def drain(log: TickLog) -> None:
    left = iter(range(12))
    pipeline.drain(lambda: resumption.partitions_to_drain(), log=log, is_over=lambda: next(left, None) is None)


def feed(log: TickLog, market: ShortMarket) -> FeedRun:
    list(market.pieces(1))
    drain(log)
    run = FeedRun.objects.first()
    assert run is not None
    return run


def contents(found: Iterator[facts.Fact]) -> set[tuple[int, str, str, str]]:
    """What was said of which symbol when, in whatever run."""
    return {(fact.key.instant, fact.key.symbol, fact.key.what, fact.content) for fact in found}


def results(run: FeedRun) -> tuple[set[tuple[int, str, str, str]], ...]:
    bars = MinuteBar.objects.filter(run=run.pk, is_warm_up=False, instrument__copy_of=None)
    return (
        contents(facts.stored_records(RiskRecord.objects.filter(run=run.pk))),
        contents(facts.stored_bars(bars)),
        contents(facts.alert_facts(Alert.objects.filter(run=run.pk))),
    )


def test_three_partitions_give_the_records_bars_and_alerts_of_one(log: TickLog, settings: Settings) -> None:
    prepare_simulation()
    market = ShortMarket(log, seed=5)
    whole = feed(log, market)
    settings.TICK_PARTITIONS = 3
    parted = feed(log, market)

    assert [len(one) > 0 for one in results(whole)[:2]] == [True, True]
    assert results(parted) == results(whole)
    assert FoldCursor.objects.count() == 3
    assert not RiskRecord.objects.exclude(instrument__copy_of=None).exists()
    assert all(compare_with_log(log, partition=partition).is_equal for partition in range(3))
    copies = MinuteBar.objects.filter(run=parted.pk, instrument__copy_of__symbol="NIFTY")
    closes = list(MinuteBar.objects.filter(run=parted.pk, instrument__symbol="NIFTY").values_list("start", "close"))
    for partition in (1, 2):
        assert list(copies.filter(instrument__partition=partition).values_list("start", "close")) == closes


def test_records_are_numbered_in_the_order_in_which_they_are_stored(log: TickLog, settings: Settings) -> None:
    market = ShortMarket(log, seed=5)
    feed(log, market)
    last = RiskRecord.objects.order_by("-id").values_list("id", flat=True)[0]
    settings.TICK_PARTITIONS = 4

    second = feed(log, market)

    ids = list(RiskRecord.objects.filter(run=second.pk).order_by("instant").values_list("id", "instant"))
    assert min(pk for pk, _ in ids) > last
    stored = sorted(ids)
    ahead = [(at, later) for (_, at), (_, later) in itertools.pairwise(stored) if later < at]
    assert len({pk % 64 for pk, _ in ids}) == 4
    assert len(ahead) <= 3  # each partition begins its own commits anew, none goes on below another's


def test_the_pipeline_is_as_far_as_its_last_partition(log: TickLog, settings: Settings) -> None:
    settings.TICK_PARTITIONS = 2
    market = ShortMarket(log, seed=5)
    list(market.pieces(1))
    run = FeedRun.objects.first()
    assert run is not None
    left = iter(range(12))
    pipeline.drain(lambda: {0}, log=log, is_over=lambda: next(left, None) is None)

    status = pipeline_status()

    assert (status.position, status.committed_at, status.worker_silent_seconds) == ("0-0", None, None)
    assert status.lag_seconds is not None
    assert status.lag_seconds > 0
    assert folded_entries(run.pk) == 0
    drain(log)
    after = pipeline_status()
    assert after.lag_seconds == 0.0
    assert after.records_written == RiskRecord.objects.count()
    assert folded_entries(run.pk) == log.range(1)[-1].number


def test_only_one_partition_tells_that_the_whole_feed_is_silent(log: TickLog, settings: Settings) -> None:
    settings.TICK_PARTITIONS = 3
    run = services.open_run(source="simulated", description="made for a test", session=NUMBER)
    symbols = list(Instrument.objects.values_list("pk", flat=True))
    append(log, run, 1, OPEN, [], Kind.RUN_START)
    for second in range(1, 200):
        append(log, run, second + 1, OPEN + second * SECOND, symbols if second < 30 else [])
    append(log, run, 201, OPEN + 200 * SECOND, symbols)
    append(log, run, 202, OPEN + 202 * SECOND, [])

    drain(log)

    alert = Alert.objects.get(rule="stale_feed")
    assert (alert.instrument, alert.partition, alert.end_reason) == (None, 0, "ticks_came")
    assert alert.opening["symbols"] == len(symbols)
    assert all(compare_with_log(log, partition=partition).is_equal for partition in range(3))


def test_a_partition_whose_symbols_are_silent_while_others_tick_tells_of_each(log: TickLog, settings: Settings) -> None:
    settings.TICK_PARTITIONS = 3
    run = services.open_run(source="simulated", description="made for a test", session=NUMBER)
    symbols = list(Instrument.objects.values_list("pk", flat=True))
    silent = set(Instrument.objects.filter(partition=2).values_list("pk", flat=True)) | {
        Instrument.objects.get(symbol="NIFTY").pk
    }
    append(log, run, 1, OPEN, [], Kind.RUN_START)
    for second in range(1, 200):
        append(log, run, second + 1, OPEN + second * SECOND, [pk for pk in symbols if second < 30 or pk not in silent])

    drain(log)

    assert set(Alert.objects.filter(rule="stale_feed").values_list("instrument", flat=True)) == silent


def test_a_run_that_was_cut_off_is_ended_in_the_partitions_that_the_next_leaves_out(
    log: TickLog, settings: Settings
) -> None:
    settings.TICK_PARTITIONS = 3
    run = services.open_run(source="simulated", description="killed", session=NUMBER)
    append(log, run, 1, OPEN, [], Kind.RUN_START)
    append(log, run, 2, OPEN + SECOND, [])
    drain(log)
    settings.TICK_PARTITIONS = 1
    following = services.open_run(source="simulated", description="the next", session=NUMBER)

    for _ in range(2):
        end_runs_elsewhere(log, following.assigned, epoch=log_services.identity_of(log).epoch)
    drain(log)

    assert [log.range(partition)[-1].kind for partition in range(3)] == [Kind.CLOCK, Kind.RUN_END, Kind.RUN_END]
    assert {cursor.position for cursor in FoldCursor.objects.exclude(pk=0)} == {f"{run.pk}-3"}


def append(log: TickLog, run: FeedRun, number: int, at: int, instruments: list[int], kind: Kind = Kind.TICKS) -> None:
    ticks = blank_ticks(len(instruments))
    ticks["instrument"], ticks["exchange_time"], ticks["last_price"] = instruments, at, 100.0 + number % 7
    log.append_all(run.assigned.entries(ticks, run_id=run.pk, number=number, kind=kind, log_time=at, wall_time=at))
