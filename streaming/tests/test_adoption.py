"""A configuration takes effect in a running fold at a record instant, and a fold of the same log again agrees."""

import dataclasses
import itertools
from collections.abc import Callable

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.tests.factories import make_user
from risk import config_services as configuration
from risk.config_models import ConfigAdoption
from risk.configuration import Version
from risk.models import RiskRecord
from streaming import pipeline, resumption
from streaming.models import FoldCursor
from streaming.partition_fold import PartitionFold
from streaming.rebuilding import rebuild
from streaming.tests.log_factories import OPEN, SECOND, fill_log, make_run
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


@pytest.fixture
def admin() -> User:
    return make_user("admin")


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str) -> TickLog:
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    return fill_log(redis_client, redis_prefix, run=make_run(), seconds=30)


def rounds(count: int) -> Callable[[], bool]:
    left = iter(range(count))
    return lambda: next(left, None) is None


def change(by: User, **values: object) -> None:
    configuration.change(values=values, reason="test", by=by)


def drain_part(log: TickLog, monkeypatch: pytest.MonkeyPatch, entries: int = 100) -> None:
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", entries)
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(1))


def drain_rest(log: TickLog) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(5))


LOW_BAR = {"low_threshold": 0.02, "medium_threshold": 0.03, "high_threshold": 0.04, "critical_threshold": 0.05,
           "low_exit": 0.001, "medium_exit": 0.002, "high_exit": 0.003, "critical_exit": 0.004}  # fmt: skip


def test_a_run_begins_with_the_version_in_force_and_says_so(log: TickLog) -> None:
    drain_rest(log)

    adoption = ConfigAdoption.objects.get()
    assert (adoption.version_id, adoption.instant) == (1, OPEN)
    assert set(RiskRecord.objects.values_list("config_version", flat=True)) == {1}


def test_new_thresholds_judge_from_the_next_instant_on_without_a_restart(
    log: TickLog, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain_part(log, monkeypatch)
    before = RiskRecord.objects.count()
    change(admin, **LOW_BAR)
    drain_rest(log)

    adopted = ConfigAdoption.objects.get(version_id=2)
    at = adopted.instant / 1e6
    assert before > 0
    assert {r.config_version for r in RiskRecord.objects.all() if r.instant.timestamp() <= at} == {1}
    assert {r.config_version for r in RiskRecord.objects.all() if r.instant.timestamp() > at} == {2}
    assert {r.severity for r in RiskRecord.objects.filter(config_version=2) if r.score >= 0.05} == {"CRITICAL"}


def test_the_same_log_folded_again_adopts_the_same_versions_at_the_same_instants(
    log: TickLog, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain_part(log, monkeypatch)
    change(admin, **LOW_BAR, record_interval_ms=250, horizon_minutes=30, fast_half_life_minutes=10)
    drain_part(log, monkeypatch, entries=53)
    change(admin, record_interval_ms=2000)
    drain_rest(log)

    assert ConfigAdoption.objects.count() == 3
    assert compare_with_log(log).is_equal


def test_a_worker_that_dies_goes_on_with_the_version_that_was_committed(
    log: TickLog, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain_part(log, monkeypatch)
    change(admin, horizon_minutes=30)
    drain_part(log, monkeypatch, entries=50)
    resumption._kept.clear()  # as after a SIGKILL between two tasks
    drain_rest(log)

    assert compare_with_log(log).is_equal
    assert set(RiskRecord.objects.filter(config_version=2).values_list("state", flat=True)) == {"PRIOR"}


def test_a_rebuilt_run_keeps_its_adoptions(log: TickLog, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    drain_part(log, monkeypatch)
    change(admin, **LOW_BAR)
    drain_rest(log)
    before = list(RiskRecord.objects.order_by("instant", "instrument").values_list("severity", "config_version"))

    FoldCursor.objects.update(state=b"from another engine")
    rebuild(0, log=log)
    resumption._kept.clear()
    drain_rest(log)

    assert (
        list(RiskRecord.objects.order_by("instant", "instrument").values_list("severity", "config_version")) == before
    )
    assert ConfigAdoption.objects.count() == 2


def test_a_longer_interval_writes_fewer_records(log: TickLog, admin: User) -> None:
    change(admin, record_interval_ms=5000)
    drain_rest(log)

    instants = sorted({round(r.instant.timestamp() * SECOND) for r in RiskRecord.objects.all()})
    assert len(instants) == 6
    assert all(instant % (5 * SECOND) == 0 for instant in instants)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 290), max_size=6), offers=st.lists(st.integers(2, 7), max_size=3))
def test_batches_do_not_matter_whatever_changes_between_them(log: TickLog, cuts: list[int], offers: list[int]) -> None:
    entries = log.read(0, after="0-0", count=1000, block_ms=None)
    bounds = [0, *sorted(set(cuts)), len(entries)]
    live = resumption.fresh_fold(0)
    for number, (begin, end) in enumerate(itertools.pairwise(bounds), start=2):
        if number in offers:
            config = configuration.proposed({"record_interval_ms": 250 * number}, base=live.version.config)
            live.offer(Version(number, config))
        live.take(entries[begin:end])
    harvest = live.harvested()

    again = PartitionFold(
        begin_run=live.begin_run,
        version=configuration.in_force(),
        speaks_for=live.speaks_for,
        adoptions=lambda run_id: {adopted.instant: adopted.version for adopted in harvest.adopted},
    )
    again.take(entries)

    refolded = again.harvested()
    assert [(s.instant, s.version.number) for s in refolded.scored] == [
        (s.instant, s.version.number) for s in harvest.scored
    ]
    assert all(a.rows.tobytes() == b.rows.tobytes() for a, b in zip(refolded.scored, harvest.scored, strict=True))


def test_an_offer_is_due_only_where_a_run_begins_or_an_instant_passes(log: TickLog) -> None:
    entries = log.read(0, after="0-0", count=1000, block_ms=None)
    fold = resumption.fresh_fold(0)
    begins = fold.will_adopt(entries[:1])
    fold.take(entries[:15])  # the newest lies 1.4 s after the run's begin, the next instant at 2 s
    another_run = [dataclasses.replace(entries[15], run_id=entries[15].run_id + 1)]

    assert begins
    assert not fold.will_adopt(entries[15:20])
    assert fold.will_adopt(entries[15:21])
    assert fold.will_adopt(another_run)
    assert fold.will_adopt([dataclasses.replace(entries[-1], log_time=entries[15].log_time)])
