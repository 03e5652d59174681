"""A log whose beginning was trimmed is folded again from the checkpoint that it was trimmed at."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import redis
from django.utils import timezone
from pytest_django import Settings

from accounts.tests.factories import make_user
from risk import config_services as configuration
from risk.models import MinuteBar, RiskRecord
from streaming import fold_checkpoints, pipeline, resumption, retention
from streaming.models import FoldCheckpoint
from streaming.rebuilding import rebuild
from streaming.tests.log_factories import fill_log, make_run
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
CROSSING = {"low_threshold": 0.30, "medium_threshold": 0.40, "high_threshold": 0.42, "critical_threshold": 0.45,
            "low_exit": 0.29, "medium_exit": 0.395, "high_exit": 0.415, "critical_exit": 0.44,
            "alert_pending_seconds": 2, "alert_hold_seconds": 3, "alert_keep_firing_seconds": 4}  # fmt: skip


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str, settings: Settings) -> TickLog:
    """A log of two runs under thresholds that its scores keep crossing; its instants are years old."""
    settings.RECORD_RETENTION_DAYS = 365
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    configuration.change(values=CROSSING, reason="so that scores cross", by=make_user("admin"))
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=150)
    return fill_log(redis_client, redis_prefix, run=make_run(), seconds=20)


def rounds(count: int) -> Callable[[], bool]:
    left = iter(range(count))
    return lambda: next(left, None) is None


def drain(log: TickLog, monkeypatch: pytest.MonkeyPatch, *, entries: int = 2_000) -> None:
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", entries)
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(1))


def trimmed_in_the_middle(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> FoldCheckpoint:
    """Fold to the middle of the first run, keep a checkpoint, fold the rest, and trim long after."""
    drain(log, monkeypatch, entries=1_057)
    checkpoint = fold_checkpoints.take(0)
    assert checkpoint is not None
    drain(log, monkeypatch)
    FoldCheckpoint.objects.update(taken_at=timezone.now() - timedelta(days=2))
    assert retention.trim_log(log) == 1_057
    return FoldCheckpoint.objects.get(pk=checkpoint.pk)


def test_a_trimmed_log_is_folded_again_from_its_checkpoint(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = trimmed_in_the_middle(log, monkeypatch)

    found = compare_with_log(log)

    assert found.is_equal and found.is_state_equal
    assert checkpoint.firing, "the case must have an alert that fires across the checkpoint"
    assert checkpoint.score_memory, "and what the rule remembers of it"
    assert found.records == RiskRecord.objects.filter(run=checkpoint.run_id).count() + 60 - 3 * 105
    assert found.bars == MinuteBar.objects.filter(is_warm_up=False).count() - 3
    assert checkpoint.position in found.notes[0]


def test_what_was_pending_at_a_checkpoint_is_no_shorter_pending_behind_it(
    log: TickLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = trimmed_in_the_middle(log, monkeypatch)
    assert compare_with_log(log).is_equal

    FoldCheckpoint.objects.filter(pk=checkpoint.pk).update(score_memory=[])

    assert not compare_with_log(log).is_equal


def test_a_lost_record_behind_the_checkpoint_is_found(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = trimmed_in_the_middle(log, monkeypatch)
    RiskRecord.objects.filter(run=checkpoint.run_id).order_by("-instant")[0].delete()

    found = compare_with_log(log)

    assert not found.is_equal
    assert [one.stored for one in found.differences] == [None]


def test_without_a_checkpoint_only_the_following_run_is_compared(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = trimmed_in_the_middle(log, monkeypatch)
    FoldCheckpoint.objects.all().delete()

    found = compare_with_log(log)

    assert found.is_equal and found.records == 60
    assert "no checkpoint" in found.notes[0]
    assert not compare_with_log(log, run=checkpoint.run_id).was_possible


def test_one_run_can_be_compared_alone(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    drain(log, monkeypatch)
    first, second = sorted(set(RiskRecord.objects.values_list("run", flat=True)))
    RiskRecord.objects.filter(run=first).order_by("instant")[5].delete()

    assert not compare_with_log(log, run=first).is_equal
    assert compare_with_log(log, run=second).is_equal
    assert compare_with_log(log, run=second).records == 60


def test_the_log_is_trimmed_at_a_checkpoint_and_nowhere_else(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    drain(log, monkeypatch, entries=500)

    assert retention.trim_log(log) == 0  # the first trim keeps a checkpoint, and it is young
    assert FoldCheckpoint.objects.count() == 1
    drain(log, monkeypatch)
    assert retention.trim_log(log) == 0
    assert FoldCheckpoint.objects.count() == 1, "the next one is not due yet"


def test_checkpoints_before_the_trimmed_entries_go(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    positions = []
    for age in (4, 3, 2):
        drain(log, monkeypatch, entries=100)
        taken = fold_checkpoints.take(0)
        assert taken is not None
        positions.append(taken.position)
        FoldCheckpoint.objects.filter(pk=taken.pk).update(taken_at=timezone.now() - timedelta(days=age))
    drain(log, monkeypatch)

    assert retention.trim_log(log) == 300
    kept = list(FoldCheckpoint.objects.order_by("id"))
    assert len(kept) == 2, "the one it was trimmed at and the one just taken"
    assert kept[0].position == positions[-1]
    assert compare_with_log(log).is_equal


def test_a_rebuilt_run_has_no_checkpoints_of_the_dropped_fold(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    drain(log, monkeypatch)
    fold_checkpoints.take(0)

    rebuild(0, log=log)

    assert not FoldCheckpoint.objects.exists()


def test_nothing_folded_leaves_no_checkpoint(log: TickLog) -> None:
    resumption.resume(0)

    assert fold_checkpoints.take(0) is None
    assert retention.trim_log(log) == 0
