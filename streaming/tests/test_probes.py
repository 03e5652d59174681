from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from streaming import pipeline, probes, resumption
from streaming.models import FoldCursor
from streaming.tests.log_factories import fill_log, make_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


@pytest.fixture
def drained(redis_client: redis.Redis, redis_prefix: str) -> None:
    resumption._kept.clear()
    log = fill_log(redis_client, redis_prefix, run=make_run(), seconds=3)
    reads = iter([False, True])
    pipeline.drain(lambda: {0}, log=log, is_over=lambda: next(reads))


def test_nothing_is_known_of_an_empty_platform() -> None:
    assert probes.probe_pipeline().status == "unknown"


@pytest.mark.usefixtures("drained")
def test_a_record_committed_under_our_eyes_is_ok() -> None:
    assert probes.probe_pipeline().status == "ok"


@pytest.mark.usefixtures("drained")
def test_records_of_an_earlier_start_are_not_ok() -> None:
    FoldCursor.objects.update(updated_at=timezone.now() - timedelta(days=1))

    assert probes.probe_pipeline().status == "unknown"


@pytest.mark.usefixtures("drained")
def test_a_worker_that_fell_silent_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    later = timezone.now() + timedelta(seconds=60)
    monkeypatch.setattr("streaming.status.timezone.now", lambda: later)

    assert probes.probe_pipeline().status == "down"
