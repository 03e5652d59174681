import pytest
import redis
from django.db import InterfaceError, OperationalError
from pytest_django import Settings

from risk.models import RiskRecord
from streaming import pipeline, resumption, tasks
from streaming.leases import Leases
from streaming.tests.log_factories import fill_log, make_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


def test_the_doorbell_drains_what_is_there(redis_client: redis.Redis, redis_prefix: str, settings: Settings) -> None:
    resumption._kept.clear()
    settings.DRAIN_SLICE_SECONDS = 1
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=3)

    assert tasks.drain() == 31
    assert RiskRecord.objects.count() == 9


def test_a_log_that_is_away_is_left_for_the_next_ring(settings: Settings) -> None:
    make_run()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert tasks.drain() == 0


@pytest.mark.parametrize("problem", [OperationalError("gone"), InterfaceError("connection already closed")])
def test_a_database_that_is_away_is_left_for_the_next_ring(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    called = list[None]()

    def away(*_: object, **__: object) -> int:
        called.append(None)
        raise problem

    make_run()
    monkeypatch.setattr(pipeline, "drain", away)

    assert tasks.drain() == 0
    assert called


def test_a_doorbell_beside_a_busy_worker_does_nothing(
    redis_client: redis.Redis, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "STAND_BY_SECONDS", 0.1)
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=3)
    Leases([0]).share()

    assert tasks.drain() == 0
    assert RiskRecord.objects.count() == 0


def test_without_a_run_there_is_nothing_to_drain() -> None:
    assert tasks.drain() == 0


def test_a_lease_that_is_lost_ends_the_slice(
    redis_client: redis.Redis, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=3)
    shares = iter([frozenset({0}), frozenset[int]()])
    monkeypatch.setattr(Leases, "share", lambda self: next(shares))

    assert tasks.drain() == 0
