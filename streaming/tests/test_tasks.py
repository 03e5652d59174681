import threading

import pytest
import redis
from django.db import InterfaceError, OperationalError
from pytest_django import Settings

from risk.models import RiskRecord
from streaming import resumption, tasks
from streaming.tests.log_factories import fill_log, make_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


def test_a_partition_has_one_lease() -> None:
    first, second = tasks.Lease(0), tasks.Lease(0)

    assert first.take()
    assert not second.take()
    assert tasks.Lease(1).take()


def test_only_the_holder_renews_and_releases() -> None:
    holder, other = tasks.Lease(0), tasks.Lease(0)
    holder.take()

    other.release()

    assert not other.renew()
    assert holder.renew()


def test_a_worker_that_stands_by_goes_on_where_the_slice_ends() -> None:
    holder, standby = tasks.Lease(0), tasks.Lease(0)
    holder.take()
    threading.Timer(0.1, holder.release).start()

    assert standby.take(wait_seconds=5.0)


def test_the_lease_of_a_dead_worker_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "LEASE_SECONDS", 1)
    tasks.Lease(0).take()

    assert tasks.Lease(0).take(wait_seconds=5.0)


def test_the_doorbell_drains_what_is_there(redis_client: redis.Redis, redis_prefix: str, settings: Settings) -> None:
    resumption._kept.clear()
    settings.DRAIN_SLICE_SECONDS = 1
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=3)

    assert tasks.drain() == 31
    assert RiskRecord.objects.count() == 9


def test_a_log_that_is_away_is_left_for_the_next_ring(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert tasks.drain() == 0


@pytest.mark.parametrize("problem", [OperationalError("gone"), InterfaceError("connection already closed")])
def test_a_database_that_is_away_is_left_for_the_next_ring(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    def away(*_: object, **__: object) -> int:
        raise problem

    monkeypatch.setattr(tasks.pipeline, "drain", away)

    assert tasks.drain() == 0


def test_a_doorbell_beside_a_busy_worker_does_nothing(
    redis_client: redis.Redis, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "STAND_BY_SECONDS", 0.1)
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=3)
    tasks.Lease(0).take()

    assert tasks.drain() == 0
    assert RiskRecord.objects.count() == 0


def test_each_partition_is_drained_once_for_the_whole_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    drained: list[tuple[int, float]] = []

    def note(partition: int, *, share: float) -> int:
        drained.append((partition, share))
        return 0

    monkeypatch.setattr(tasks, "_drain_if_free", note)

    tasks.drain()

    assert drained == [(0, 1.0)]  # twenty instruments, one partition
