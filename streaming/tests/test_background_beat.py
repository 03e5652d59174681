import pytest
from django.db import OperationalError
from django.utils import timezone

from audit.models import AuditEntry
from streaming import services
from streaming.feed_beat import BackgroundBeat
from streaming.feed_progress import Gap, Progress
from streaming.models import FeedRun

pytestmark = pytest.mark.django_db(transaction=True)
GAP = Gap(1_000_000, 200_000_000)


def make_run() -> FeedRun:
    return FeedRun.objects.create(
        source="simulated", lineage="simulated", description="test", assignment={}, started_at=timezone.now()
    )


def beat_and_wait(beat: BackgroundBeat, run: FeedRun, progress: Progress) -> None:
    beat(run, progress)
    assert beat._thread is not None
    beat._thread.join()


def test_a_gap_is_recorded_once_with_both_its_ends() -> None:
    beat, run, progress = BackgroundBeat(), make_run(), Progress(gaps=[GAP])
    for _ in range(3):
        beat_and_wait(beat, run, progress)

    (entry,) = AuditEntry.objects.filter(action="feed_gap")
    assert entry.detail == {
        "run": run.pk,
        "after": "1970-01-01T00:00:01.000Z",
        "until": "1970-01-01T00:03:20.000Z",
    }


def test_a_gap_that_could_not_be_recorded_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    beat, run, progress = BackgroundBeat(), make_run(), Progress(gaps=[GAP])
    record, refusals = services.record_gap, [OperationalError("gone")]

    def unsure(run: FeedRun, gap: Gap) -> None:
        if refusals:
            raise refusals.pop()
        record(run, gap)

    monkeypatch.setattr(services, "record_gap", unsure)
    for _ in range(2):
        beat_and_wait(beat, run, progress)

    assert AuditEntry.objects.filter(action="feed_gap").count() == 1
