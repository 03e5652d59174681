"""An operator's decision about a log that was replaced: audited, and the only way on."""

import pytest
import redis
from django.core.management import CommandError, call_command
from pytest_django import Settings

from alerts.models import Alert
from audit.models import AuditEntry
from risk.models import RiskRecord
from streaming import resumption, tasks
from streaming.models import FoldCursor, LogIdentity
from streaming.tests.log_factories import fill_log, make_run
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str, settings: Settings) -> TickLog:
    """A log that was folded, then emptied, found so, and fed by somebody."""
    resumption._kept.clear()
    settings.DRAIN_SLICE_SECONDS = 0.5
    log = fill_log(redis_client, redis_prefix, run=make_run(), seconds=5)
    assert tasks.drain() == 51
    redis_client.delete(log.key(0), log.epoch_key)
    assert tasks.drain() == 0
    return log


def accept(*more: str) -> None:
    call_command("accept_log", "--by", "asha", "--reason", "the server was reinstalled", *more)


def test_scoring_goes_on_with_a_new_run_on_the_new_log(
    log: TickLog, redis_client: redis.Redis, redis_prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    accept()
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=5)

    assert "on a new log, 0 entries dropped" in capsys.readouterr().out
    assert tasks.drain() == 51
    assert RiskRecord.objects.count() == 30
    assert compare_with_log(log).is_equal
    ended = Alert.objects.get(rule="log_replaced")
    assert (ended.phase, ended.end_reason) == ("ended", "accepted")


def test_who_and_why_are_audited(log: TickLog) -> None:
    former, position = LogIdentity.objects.get().epoch, FoldCursor.objects.get().position

    accept()

    entry = AuditEntry.objects.get(action="log_accepted")
    assert entry.actor_name == "asha"
    assert entry.detail["reason"] == "the server was reinstalled"
    assert "has no epoch" in entry.detail["found"]
    assert entry.detail["former_epoch"] == former != LogIdentity.objects.get().epoch == entry.object_id
    assert entry.detail["positions"] == {"0": position}


def test_entries_of_the_other_log_are_dropped_only_when_told_to(
    log: TickLog, redis_client: redis.Redis, redis_prefix: str
) -> None:
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=5)

    with pytest.raises(CommandError, match="holds 51 entries"):
        accept()
    assert (log.length(0), tasks.drain()) == (51, 0)
    accept("--drop-entries")

    assert log.length(0) == 0
    assert AuditEntry.objects.get(action="log_accepted").detail["dropped"] == 51


def test_an_accepted_log_is_stopped_again_when_it_is_emptied_again(
    log: TickLog, redis_client: redis.Redis, redis_prefix: str
) -> None:
    accept()
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=5)
    assert tasks.drain() == 51
    redis_client.delete(log.key(0))
    fill_log(redis_client, redis_prefix, run=make_run(), seconds=5)

    assert tasks.drain() == 0
    assert Alert.objects.filter(rule="log_replaced", phase="firing").count() == 1


def test_there_is_nothing_to_accept_while_scoring_goes_on(log: TickLog) -> None:
    accept()

    with pytest.raises(CommandError, match="nothing to accept"):
        accept()


def test_a_decision_needs_a_name_and_a_reason() -> None:
    with pytest.raises(CommandError, match="--by, --reason"):
        call_command("accept_log")
