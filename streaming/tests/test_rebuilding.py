import pytest
import redis

from risk.models import RiskRecord
from risk.quant.market import StateNotReadable
from streaming import pipeline, resumption
from streaming.models import FoldCursor
from streaming.rebuilding import LogTooShort, rebuild
from streaming.tests.log_factories import fill_log, make_run
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str) -> TickLog:
    resumption._kept.clear()
    log = fill_log(redis_client, redis_prefix, run=make_run(), seconds=70)
    drain(log)
    resumption._kept.clear()
    return log


def drain(log: TickLog) -> None:
    reads = iter([False, True])
    pipeline.drain(lambda: {0}, log=log, is_over=lambda: next(reads))


def test_an_unreadable_state_stops_the_fold_and_names_the_command(log: TickLog) -> None:
    FoldCursor.objects.update(state=b"from another engine")

    with pytest.raises(StateNotReadable, match="rebuild_fold"):
        drain(log)


def test_a_rebuilt_run_has_the_records_of_its_log(log: TickLog) -> None:
    FoldCursor.objects.update(state=b"from another engine")

    rebuild(0, log=log)
    drain(log)

    assert RiskRecord.objects.count() == 3 * 70
    assert compare_with_log(log).is_equal


def test_a_run_whose_beginning_was_trimmed_is_left_as_it_is(log: TickLog) -> None:
    run = FoldCursor.objects.get(pk=0).run_id
    log.trim(0, before_id=f"{run}-5")

    with pytest.raises(LogTooShort):
        rebuild(0, log=log)

    assert RiskRecord.objects.count() == 3 * 70
