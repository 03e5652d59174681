from dataclasses import replace
from pathlib import Path

import pytest

from streaming.management.commands.watchdog import Watch
from streaming.models import Heartbeat
from streaming.status import PipelineStatus

pytestmark = pytest.mark.django_db
HEALTHY = PipelineStatus(
    feed_state="simulated", source="simulated", log_time=1, head="1-9", position="1-9", lag_seconds=0.0,
    feed_silent_seconds=0.1, worker_silent_seconds=0.5, records_written=20, committed_at=None,
)  # fmt: skip
SILENT = replace(HEALTHY, feed_state="stalled", worker_silent_seconds=60.0)


def test_a_silent_worker_is_restarted_once_per_patience(tmp_path: Path) -> None:
    request = tmp_path / "run" / "restart-worker"
    watch = Watch(request=request, started=0.0)

    watch.look(SILENT, now=100.0)
    assert request.exists()

    request.unlink()
    watch.look(SILENT, now=101.0)
    assert not request.exists()


def test_a_worker_that_reports_is_left_alone(tmp_path: Path) -> None:
    Watch(request=tmp_path / "request", started=0.0).look(HEALTHY, now=100.0)

    assert not (tmp_path / "request").exists()


def test_nothing_is_restarted_while_the_log_does_not_answer(tmp_path: Path) -> None:
    """The worker is silent because of the store; a restart would not help it."""
    Watch(request=tmp_path / "request", started=0.0).look(replace(SILENT, head=None), now=100.0)

    assert not (tmp_path / "request").exists()


def test_a_worker_that_was_just_started_gets_time(tmp_path: Path) -> None:
    Watch(request=tmp_path / "request", started=95.0).look(SILENT, now=100.0)

    assert not (tmp_path / "request").exists()


def test_the_watchdog_reports_its_own_look(tmp_path: Path) -> None:
    Watch(request=tmp_path / "request", started=0.0).look(SILENT, now=100.0)

    assert Heartbeat.objects.get(name="watchdog").detail["feed_state"] == "stalled"
