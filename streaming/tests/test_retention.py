from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from risk.models import RiskRecord
from risk.tests.rows import fields, make_instruments
from streaming import retention
from streaming.models import FeedRun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
LONG_AGO = timezone.now() - timedelta(days=1_000)


def make_record(run: FeedRun, *, instant: datetime) -> RiskRecord:
    pk = RiskRecord.objects.count() + 1
    return RiskRecord.objects.create(
        pk=pk, instrument=make_instruments(("NIFTY",))[0], **fields(run=run.pk, instant=instant)
    )


def make_feed_run(source: str, *, days_ago: int) -> FeedRun:
    started = timezone.now() - timedelta(days=days_ago)
    return FeedRun.objects.create(
        source=source,
        lineage="recorded",
        description="",
        started_at=started,
        assignment={"members": {"0": []}, "copies": {}},
    )


def test_records_beyond_the_retention_go(settings: Settings) -> None:
    settings.RECORD_RETENTION_DAYS = 7
    run = make_feed_run("simulated", days_ago=30)
    make_record(run, instant=timezone.now() - timedelta(days=8))
    kept = make_record(run, instant=timezone.now() - timedelta(days=6))

    assert retention.delete_old_records() == 1
    assert RiskRecord.objects.get() == kept


def test_a_fresh_replay_of_an_old_day_keeps_its_records() -> None:
    fresh, old = make_feed_run("replay", days_ago=1), make_feed_run("replay", days_ago=30)
    kept = make_record(fresh, instant=LONG_AGO)
    make_record(old, instant=LONG_AGO)

    assert retention.delete_old_records() == 1
    assert RiskRecord.objects.get() == kept
