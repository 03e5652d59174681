from collections.abc import Callable

import pytest
import redis

from risk.models import Instrument, LatestRisk, MinuteBar, RiskRecord
from risk.quant.features import FEATURES
from risk.quant.model import default_model
from risk.serializers import readings
from streaming import pipeline, resumption, services
from streaming.models import FoldCursor, Heartbeat
from streaming.tests.log_factories import OPEN, SECOND, fill_log, make_run
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus", "fresh_worker")]


@pytest.fixture
def fresh_worker() -> None:
    """No fold is held from a test before."""
    resumption._kept.clear()
    resumption.run_of.cache_clear()


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str) -> TickLog:
    return fill_log(redis_client, redis_prefix, run=make_run(), seconds=130)


def rounds(count: int) -> Callable[[], bool]:
    """Return an `is_over` that lets `count` reads happen."""
    left = iter(range(count))
    return lambda: next(left, None) is None


def test_a_drain_stores_one_record_per_symbol_and_instant_with_news(log: TickLog) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    assert RiskRecord.objects.count() == 3 * 130
    assert LatestRisk.objects.count() == 3
    assert set(LatestRisk.objects.values_list("record_id", flat=True)) <= set(
        RiskRecord.objects.values_list("id", flat=True)
    )


def test_what_is_stored_is_what_a_fold_of_the_log_gives(log: TickLog) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    found = compare_with_log(log)

    assert found.is_equal
    assert found.records == 390
    assert found.bars == 3 * 2


def test_a_record_that_was_changed_is_found(log: TickLog) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))
    record = RiskRecord.objects.order_by("id")[100]
    RiskRecord.objects.filter(pk=record.pk).update(score=record.score / 2)

    assert len(compare_with_log(log).different) == 1


def test_small_reads_and_a_worker_that_forgets_everything_give_the_same_records(
    log: TickLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", 37)
    for _ in range(20):
        pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))
        resumption._kept.clear()  # as after a SIGKILL between two tasks

    assert compare_with_log(log).is_equal
    assert RiskRecord.objects.count() == 390


def test_a_commit_that_fails_half_way_leaves_nothing(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(resumption, "advance_cursor", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    assert RiskRecord.objects.count() == MinuteBar.objects.count() == 0
    assert FoldCursor.objects.get(pk=0).position == "0-0"


def test_a_fold_that_was_overtaken_by_another_worker_is_thrown_away(log: TickLog) -> None:
    slow = resumption.resume(0)
    slow.take(log.read(0, after="0-0", count=500, block_ms=None))
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    with pytest.raises(pipeline.CursorMoved):
        pipeline.commit(0, slow, began_at="0-0")

    assert RiskRecord.objects.count() == 390


def test_a_kept_fold_is_not_used_after_another_worker_moved_the_cursor(log: TickLog) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(1))
    FoldCursor.objects.filter(pk=0).update(position="1-999999")

    assert resumption.resume(0).position == "1-999999"


def test_a_new_run_starts_a_fold_of_its_own(log: TickLog, redis_client: redis.Redis, redis_prefix: str) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))
    second = make_run()
    fill_log(redis_client, redis_prefix, run=second, seconds=5)  # the same instants once more
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    assert RiskRecord.objects.filter(run=second.pk).count() == 15
    assert compare_with_log(log).is_equal


def test_a_run_that_ends_at_the_instant_of_the_one_before_is_committed(
    log: TickLog, redis_client: redis.Redis, redis_prefix: str
) -> None:
    """The same short file replayed twice, each time within one read."""
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))
    for _ in range(2):
        fill_log(redis_client, redis_prefix, run=make_run(), seconds=5)
        pipeline.drain(lambda: {0}, log=log, is_over=rounds(1))

    head = log.head(0)
    assert head is not None
    assert FoldCursor.objects.get(pk=0).position == head.id


def test_the_worker_reports_its_work(log: TickLog) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    assert Heartbeat.objects.get(name="worker:0").detail["position"] == FoldCursor.objects.get(pk=0).position


def test_live_values_are_sent_without_a_commit(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(services, "publish", lambda kind, payload: sent.append((kind, len(payload))))
    fold = resumption.fresh_fold(0)
    entries = log.read(0, after="0-0", count=3, block_ms=None)
    fold.take(entries)

    pipeline._send_live(fold, entries)

    assert sent == [("live", 3)]
    assert RiskRecord.objects.count() == 0


def test_records_carry_the_run_the_instant_and_an_exact_price(log: TickLog) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    first = RiskRecord.objects.order_by("instant", "id").first()

    assert first is not None
    assert first.instant.timestamp() == (OPEN + SECOND) / SECOND
    assert first.instrument == Instrument.objects.order_by("id").first()
    assert first.price == round(first.price, 2)
    assert 0.0 <= first.score <= 1.0
    assert first.state == "PRIOR"  # nothing is known of the past


def test_each_record_says_why_and_the_points_add_up(log: TickLog) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    for record in RiskRecord.objects.all():
        assert record.decomposition is not None
        base, *points = record.decomposition.values()
        assert sum(points) == pytest.approx(record.score - base, abs=1e-12)
    assert {record.model_version for record in RiskRecord.objects.all()} == {default_model().version}
    assert LatestRisk.objects.exclude(decomposition=None).count() == 3


def test_each_closed_minute_carries_its_features(log: TickLog) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    tables = [readings([bytes(bar.features or b"")]) for bar in MinuteBar.objects.order_by("minute")]

    assert len(tables) == 6
    assert all(set(table) == set(FEATURES) for table in tables)
    assert tables[-1]["rv_session"]["value"] is not None
    assert tables[-1]["rv_session"]["coverage"] > 0
