"""Alerts are raised in the commit of the records that they come from, exactly once, whatever dies."""

from collections.abc import Callable

import pytest
import redis
from django.db.models import F

from accounts.tests.factories import make_user
from alerts.models import Alert
from audit import services as audit
from audit.models import AuditEntry
from risk import config_services as configuration
from risk.models import RiskRecord
from risk.storage import microseconds, moment
from streaming import pipeline, resumption
from streaming.rebuilding import rebuild
from streaming.tests.log_factories import OPEN, SECOND, SESSION, fill_log, make_run
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str) -> TickLog:
    """A log of a market that is scored under thresholds which its scores keep crossing."""
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    low = {"low_threshold": 0.30, "medium_threshold": 0.40, "high_threshold": 0.42, "critical_threshold": 0.45,
           "low_exit": 0.29, "medium_exit": 0.395, "high_exit": 0.415, "critical_exit": 0.44,
           "alert_pending_seconds": 2, "alert_hold_seconds": 3, "alert_keep_firing_seconds": 4}  # fmt: skip
    configuration.change(values=low, reason="so that scores cross", by=make_user("admin"))
    return fill_log(redis_client, redis_prefix, run=make_run(), seconds=90)


def rounds(count: int) -> Callable[[], bool]:
    left = iter(range(count))
    return lambda: next(left, None) is None


def drain(log: TickLog, times: int = 2) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(times))


def test_alerts_are_those_of_a_fold_of_the_log(log: TickLog) -> None:
    drain(log)

    found = compare_with_log(log)

    assert found.is_equal
    assert found.alerts == Alert.objects.count() > 1


def test_an_alert_that_was_changed_is_found(log: TickLog) -> None:
    drain(log)
    alert = Alert.objects.order_by("id")[0]
    Alert.objects.filter(pk=alert.pk).update(peak_score=F("peak_score") / 2)

    assert len(compare_with_log(log).different) == 1


def test_every_step_of_every_alert_is_audited_once(log: TickLog) -> None:
    drain(log)

    opened = AuditEntry.objects.filter(action="alert_opened").values_list("object_id", flat=True)
    ended = AuditEntry.objects.filter(action="alert_ended").values_list("object_id", flat=True)
    assert sorted(map(int, opened)) == sorted(map(int, ended)) == sorted(Alert.objects.values_list("id", flat=True))


def test_the_run_that_ended_left_no_alert_firing(log: TickLog) -> None:
    drain(log)

    assert not Alert.objects.firing().exists()
    assert Alert.objects.filter(end_reason="run_ended").exists()


def test_no_alert_outlives_its_session(redis_client: redis.Redis, redis_prefix: str) -> None:
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    at_once = {"medium_threshold": 0.05, "low_threshold": 0.02, "medium_exit": 0.04, "low_exit": 0.01,
               "alert_pending_seconds": 0}  # fmt: skip
    configuration.change(values=at_once, reason="so that every score is an alert", by=make_user("admin"))
    log = fill_log(redis_client, redis_prefix, run=make_run(), seconds=10, begin=OPEN + SESSION - 6 * SECOND)

    drain(log)

    closed = Alert.objects.filter(end_reason="market_closed")
    assert {microseconds(alert.ended_at) for alert in closed if alert.ended_at} == {OPEN + SESSION}
    assert closed.count() == Alert.objects.filter(opened_at__lt=moment(OPEN + SESSION)).count() > 0
    assert compare_with_log(log).is_equal


def test_small_commits_and_a_worker_that_forgets_everything_give_the_same_alerts(
    log: TickLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", 37)
    for _ in range(15):
        drain(log)
        resumption._kept.clear()  # as after a SIGKILL between two tasks

    assert compare_with_log(log).is_equal


def test_a_commit_that_fails_after_the_alerts_leaves_none(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    before = AuditEntry.objects.count()

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(resumption, "advance_cursor", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        drain(log)

    assert not Alert.objects.exists() and not RiskRecord.objects.exists()
    assert AuditEntry.objects.count() == before


def test_a_fold_whose_alerts_cannot_be_written_stores_no_records(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr(audit, "record_many", fail)
    with pytest.raises(RuntimeError, match="audit log is full"):
        drain(log)

    assert not RiskRecord.objects.exists()


def test_a_rebuilt_run_has_the_alerts_of_its_log(log: TickLog) -> None:
    drain(log)
    before = Alert.objects.count()

    rebuild(0, log=log)
    resumption._kept.clear()
    drain(log)

    assert Alert.objects.count() == before
    assert compare_with_log(log).is_equal
