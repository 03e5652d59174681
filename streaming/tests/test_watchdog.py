"""What the watchdog does at each look: alerts with their hysteresis, requests for restarts, and what it outlives."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from django.db import InterfaceError, OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.tests.factories import make_user
from alerts import rule_services as rules
from alerts import services as alert_services
from alerts.models import Alert
from alerts.rule_services import Why
from audit.models import AuditEntry
from riskplatform.celery import app
from riskplatform.lib import broadcast
from streaming import doorbell, tasks, watching
from streaming.models import Heartbeat
from streaming.status import PipelineStatus, pipeline_status
from streaming.watching import Watch

pytestmark = pytest.mark.django_db
HEALTHY = PipelineStatus(
    feed_state="simulated", source="simulated", log_time=1, head="1-9", position="1-9", lag_seconds=0.0,
    feed_silent_seconds=0.1, worker_silent_seconds=0.5, beat_silent_seconds=0.5, records_written=20, committed_at=None,
)  # fmt: skip
SILENT = replace(HEALTHY, feed_state="stalled", worker_silent_seconds=60.0)
NO_BELL = replace(HEALTHY, feed_state="stalled", beat_silent_seconds=16.0)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """A watchdog that has run for a while."""
    return Watch(requests=tmp_path, started=-1_000.0)


def firing() -> list[str]:
    return list(Alert.objects.firing().order_by("id").values_list("rule", flat=True))


def test_a_silent_worker_is_one_alert_until_it_reports_again(watch: Watch) -> None:
    for now in (100.0, 102.0, 104.0):
        watch.look(SILENT, now=now)

    alert = Alert.objects.get()
    assert (alert.rule, alert.phase, alert.severity, alert.symbol) == ("pipeline_stalled", "firing", "CRITICAL", None)
    assert alert.summary == "The worker has not reported for 60 s: nothing is scored."

    watch.look(HEALTHY, now=106.0)

    assert (Alert.objects.get().phase, Alert.objects.get().end_reason) == ("ended", "recovered")
    actions = AuditEntry.objects.in_order().values_list("action", flat=True)
    assert list(actions) == ["alert_opened", "alert_ended"]


def test_severity_and_switch_of_its_rules_are_data(watch: Watch) -> None:
    admin = make_user("admin")
    rules.replace("pipeline_stalled", {"severity": "HIGH"}, why=Why(admin, "at night nobody can help"))
    watch.look(SILENT, now=100.0)
    assert Alert.objects.get().severity == "HIGH"

    rules.switch("pipeline_stalled", enabled=False, why=Why(admin, "maintenance"))
    watch.look(SILENT, now=102.0)
    watch.look(SILENT, now=104.0)

    assert (Alert.objects.get().phase, Alert.objects.get().end_reason) == ("ended", "rule_changed")


def test_the_alert_is_sent_to_the_browsers(
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(
        broadcast, "publish", lambda kind, messages: sent.extend((one["rule"], one["event"]) for one in messages)
    )
    with django_capture_on_commit_callbacks(execute=True):
        watch.look(SILENT, now=100.0)
        watch.look(HEALTHY, now=102.0)

    assert sent == [("pipeline_stalled", "opened"), ("pipeline_stalled", "ended")]


def test_an_alert_of_an_earlier_watchdog_is_ended_and_not_doubled(tmp_path: Path) -> None:
    Watch(requests=tmp_path, started=-1_000.0).look(SILENT, now=100.0)
    Watch(requests=tmp_path, started=-1_000.0).look(SILENT, now=100.0)
    assert firing() == ["pipeline_stalled"]

    Watch(requests=tmp_path, started=100.0).look(HEALTHY, now=101.0)

    assert firing() == []


def test_a_beat_that_fell_silent_is_named_and_restarted(watch: Watch, tmp_path: Path) -> None:
    watch.look(NO_BELL, now=100.0)

    assert Alert.objects.get().summary == "The beat has not reported for 16 s: nothing is scored."
    assert (tmp_path / "restart-beat").exists()
    assert not (tmp_path / "restart-worker").exists()


def test_a_silent_worker_is_restarted_once_per_patience(watch: Watch, tmp_path: Path) -> None:
    request = tmp_path / "restart-worker"

    watch.look(SILENT, now=100.0)
    assert request.exists()
    assert (tmp_path / "restart-second-worker").exists(), "which of the two hangs cannot be told"

    request.unlink()
    watch.look(SILENT, now=101.0)
    assert not request.exists()

    watch.look(SILENT, now=100.0 + watching.SECONDS_BETWEEN_RESTARTS)
    assert request.exists()


def test_restarts_that_do_not_help_come_less_often_until_all_is_well(watch: Watch, tmp_path: Path) -> None:
    request, asked = tmp_path / "restart-worker", []

    def look(status: PipelineStatus, seconds: Iterable[int]) -> None:
        for now in seconds:
            watch.look(status, now=float(now))
            if request.exists():
                asked.append(now)
                request.unlink()

    look(SILENT, range(100, 1_200, 10))
    look(HEALTHY, [1_200])
    look(SILENT, range(2_000, 2_060, 10))

    assert asked == [100, 130, 190, 310, 550, 790, 1_030, 2_000, 2_030]


def test_a_worker_that_reports_is_left_alone(watch: Watch, tmp_path: Path) -> None:
    watch.look(HEALTHY, now=100.0)

    assert list(tmp_path.iterdir()) == []
    assert not Alert.objects.exists()


def test_nothing_is_restarted_while_the_log_does_not_answer(watch: Watch, tmp_path: Path) -> None:
    """The worker is silent because of the store; a restart would not help it, but somebody must know."""
    watch.look(replace(SILENT, head=None), now=100.0)

    assert list(tmp_path.iterdir()) == []
    assert firing() == ["pipeline_stalled"]


def test_a_platform_that_was_just_started_gets_time(tmp_path: Path) -> None:
    watch = Watch(requests=tmp_path, started=95.0)

    watch.look(SILENT, now=100.0)

    assert list(tmp_path.iterdir()) == [] and firing() == []
    watch.look(SILENT, now=95.0 + watching.STARTING_SECONDS)
    assert firing() == ["pipeline_stalled"]


def test_the_watchdog_reports_its_own_look(watch: Watch) -> None:
    watch.look(SILENT, now=100.0)

    assert Heartbeat.objects.get(name="watchdog").detail["feed_state"] == "stalled"


@pytest.mark.parametrize(
    ("lags", "expected"),
    [
        ([0.5, 4.9], []),
        ([5.1], ["pipeline_lag"]),
        ([5.1, 4.0, 2.1, 5.2, 3.0], ["pipeline_lag"]),  # between the limits it stays
        ([5.1, 1.9], []),
        ([3.0, 5.1, 1.0, 3.0], []),
    ],
)
def test_ticks_that_wait_are_one_alert_with_hysteresis(watch: Watch, lags: list[float], expected: list[str]) -> None:
    for number, lag in enumerate(lags):
        watch.look(replace(HEALTHY, lag_seconds=lag), now=100.0 + number)

    assert firing() == expected
    assert Alert.objects.count() == any(lag > 5.0 for lag in lags)


def test_a_replay_whose_feed_waits_for_the_worker_does_not_lag(watch: Watch) -> None:
    watch.look(replace(HEALTHY, source="replay", feed_state="replay", lag_seconds=60.0), now=100.0)

    assert firing() == []


def test_a_stall_is_not_a_lag_as_well(watch: Watch) -> None:
    watch.look(replace(SILENT, lag_seconds=60.0), now=100.0)

    assert firing() == ["pipeline_stalled"]


def test_a_feed_from_which_nothing_comes_is_an_alert_until_it_speaks(watch: Watch) -> None:
    watch.look(replace(HEALTHY, feed_state="stale", feed_silent_seconds=11.0), now=100.0)
    assert firing() == ["feed_stopped"]

    watch.look(replace(HEALTHY, feed_state="unknown"), now=102.0)
    assert firing() == ["feed_stopped"]

    watch.look(HEALTHY, now=104.0)
    assert firing() == []


@pytest.mark.parametrize("problem", [OperationalError("gone"), InterfaceError("connection already closed")])
def test_the_watchdog_outlives_a_lost_database(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    answers: list[Callable[[], PipelineStatus]] = [lambda: _raise(problem), lambda: SILENT]
    monkeypatch.setattr(watching, "pipeline_status", lambda: answers.pop(0)())

    watch.look_once(now=100.0)
    watch.look_once(now=102.0)

    assert firing() == ["pipeline_stalled"]


def test_after_an_outage_of_a_store_workers_may_go_on_by_themselves(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_log = replace(SILENT, head=None, log_answers=False)
    answers: list[Callable[[], PipelineStatus]] = [lambda: _raise(OperationalError("gone")), lambda: without_log]
    monkeypatch.setattr(watching, "pipeline_status", lambda: answers.pop(0)() if answers else SILENT)
    asked = []

    for now in (100.0, 110.0, 110.0 + watching.AFTER_OUTAGE_SECONDS - 1.0, 110.0 + watching.AFTER_OUTAGE_SECONDS):
        watch.look_once(now=now)
        asked.append((tmp_path / "restart-worker").exists())

    assert asked == [False, False, False, True]


def test_an_alert_that_could_not_be_stored_is_stored_at_the_next_look(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, refusals = alert_services.keep_platform_condition, [OperationalError("the disk is full")]

    def unsure(*facts: object, **more: object) -> None:
        if refusals:
            raise refusals.pop()
        keep(*facts, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(alert_services, "keep_platform_condition", unsure)
    monkeypatch.setattr(watching, "pipeline_status", lambda: SILENT)
    watch.look_once(now=100.0)
    watch.look_once(now=102.0)

    assert firing() == ["pipeline_stalled"]


def test_without_a_store_the_watchdog_sees_that_nothing_is_known(watch: Watch, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    watch.look_once(now=100.0)

    assert Heartbeat.objects.get(name="watchdog").detail["feed_state"] == "unknown"


@pytest.mark.usefixtures("bus")
def test_beat_notes_each_ring_and_nobody_else_does(redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    doorbell._client.cache_clear()
    assert doorbell.seconds_since_ring(redis_client) is None

    app.send_task("streaming.trim_log", connection=app.connection_for_write("memory://"))
    assert doorbell.seconds_since_ring(redis_client) is None

    app.send_task(doorbell.DRAIN, connection=app.connection_for_write("memory://"))
    doorbell._client.cache_clear()

    silent = doorbell.seconds_since_ring(redis_client)
    assert silent is not None and silent < 60.0


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize(("silent", "rings"), [(0.0, 0), (2.0, 1), (60.0, 0), (None, 0)])
def test_a_drain_rings_in_place_of_beat_while_that_is_started_again(
    redis_client: redis.Redis, redis_prefix: str, monkeypatch: pytest.MonkeyPatch, silent: float | None, rings: int
) -> None:
    """Not in time with a beat that rings, nor for one that is called stalled, nor where there never was one."""
    sent = list[dict[str, object]]()
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append({"name": name, **options}))
    doorbell._client.cache_clear()

    def drained() -> int:
        time.sleep(0.6)
        if silent is not None:
            redis_client.set(f"{redis_prefix}beat:rang", round((time.time() - silent) * 1e6))
        return 7

    monkeypatch.setattr(tasks, "_drain_share", drained)

    assert tasks.drain() == 7

    assert [one["name"] for one in sent] == [doorbell.DRAIN] * rings
    doorbell._client.cache_clear()


def test_a_drain_without_work_does_not_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_drain_share", lambda: 0)
    monkeypatch.setattr(doorbell, "ring_in_place_of_beat", lambda *_, **__: pytest.fail("drains would chase another"))

    assert tasks.drain() == 0


@pytest.mark.usefixtures("bus")
def test_a_ring_in_place_of_beat_is_not_noted_as_beats(redis_client: redis.Redis) -> None:
    doorbell._client.cache_clear()
    memory = app.connection_for_write("memory://")

    app.send_task(doorbell.DRAIN, connection=memory, headers={doorbell.IN_PLACE: True})

    assert doorbell.seconds_since_ring(redis_client) is None
    doorbell._client.cache_clear()


@pytest.mark.usefixtures("bus")
def test_the_status_says_how_long_beat_is_silent(redis_client: redis.Redis, redis_prefix: str) -> None:
    from streaming.tests.log_factories import fill_log, make_run

    fill_log(redis_client, redis_prefix, run=make_run(), seconds=1)
    redis_client.set(f"{redis_prefix}beat:rang", 1_000_000)

    status = pipeline_status()

    assert status.silent_processes == ["beat"]
    assert status.feed_state == "stalled"


def _raise(problem: Exception) -> PipelineStatus:
    raise problem
