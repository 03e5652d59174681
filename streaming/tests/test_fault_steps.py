"""A worker that dies at any step of its work changes nothing; one that commits the cursor first loses its results.

Here the death is an exception that nothing catches, in this process; `manage.py chaos --steps` kills real workers.
"""

from collections.abc import Callable, Iterator

import pytest
import redis
from pytest_django import Settings

from accounts.tests.factories import make_user
from risk import config_services as configuration
from risk.models import InstrumentProfile, RiskRecord
from risk.tests.rows import make_instruments
from streaming import pipeline, resumption
from streaming.faults import steps
from streaming.faults.progress import is_folded
from streaming.faults.sabotage import sabotage
from streaming.faults.steps import STEPS
from streaming.tests.log_factories import OPEN, SECOND, SESSION, fill_log, make_run
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus", "whole_pipeline")]
LOW = {"low_threshold": 0.02, "medium_threshold": 0.05, "high_threshold": 0.2, "critical_threshold": 0.4,
       "low_exit": 0.01, "medium_exit": 0.04, "high_exit": 0.1, "critical_exit": 0.3,
       "alert_pending_seconds": 1, "alert_hold_seconds": 1, "alert_keep_firing_seconds": 1}  # fmt: skip
BEFORE_THE_CLOSE = OPEN + SESSION - 6 * SECOND


class Died(BaseException):
    """Not an Exception: nothing in the product may catch it and go on."""


@pytest.fixture
def whole_pipeline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back after the test what the watch and the sabotage replace."""
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    for owner, name in steps.places():
        monkeypatch.setattr(owner, name, getattr(owner, name))
    yield
    resumption._kept.clear()


@pytest.fixture
def crossing(settings: Settings) -> None:
    """Three instruments, and thresholds so low that every score raises an alert."""
    settings.RECORD_RETENTION_DAYS = 3_650
    make_instruments(("NIFTY", "BANKNIFTY", "SBIN"))  # a test with real transactions finds an empty database
    configuration.change(values=LOW, reason="so that every score raises an alert", by=make_user("admin"))


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str, crossing: None) -> TickLog:
    """A run over the end of a session: bars close, a profile is learned, alerts open and end."""
    return fill_log(redis_client, redis_prefix, run=make_run(), seconds=10, begin=BEFORE_THE_CLOSE)


@pytest.fixture
def quiet_log(redis_client: redis.Redis, redis_prefix: str, crossing: None) -> TickLog:
    """A run that learns nothing: a lost profile would make the cursor's state unreadable, which is red, but earlier."""
    return fill_log(redis_client, redis_prefix, run=make_run(), seconds=10)


def drain(log: TickLog) -> None:
    """Drain until everything is committed: a drain that finds nothing more would wait for it."""
    pipeline.drain(lambda: {0}, log=log, is_over=lambda: is_folded(log))


def dying_once(at: str) -> tuple[Callable[[str], None], list[str]]:
    """Return a `reach` that dies the first time it comes to a step, and the steps that it came to."""
    came: list[str] = []

    def reach(step: str) -> None:
        came.append(step)
        if step == at and came.count(step) == 1:
            raise Died(step)

    return reach, came


@pytest.mark.parametrize("step", STEPS)
def test_a_death_at_any_step_changes_nothing(log: TickLog, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", 60)  # two commits: the death is in the first, the rest follows
    reach, came = dying_once(step)
    steps.watch(reach)
    with pytest.raises(Died):
        drain(log)

    resumption._kept.clear()  # the process is gone
    drain(log)

    found = compare_with_log(log)
    assert came.count(step) >= 1
    assert found.is_equal and found.is_state_equal, found.differences[:3]
    assert found.records == 30 and found.bars == 3 and found.alerts > 0
    assert InstrumentProfile.objects.exists()


def test_a_cursor_that_is_committed_first_turns_the_comparison_red(quiet_log: TickLog) -> None:
    reach, _ = dying_once("before records")
    steps.watch(reach)
    sabotage("cursor-first")
    with pytest.raises(Died):
        drain(quiet_log)

    resumption._kept.clear()
    drain(quiet_log)

    found = compare_with_log(quiet_log)
    assert not found.is_equal
    assert found.tallies["records"].differing == 30
    assert not RiskRecord.objects.exists()


def test_without_a_death_the_sabotage_cannot_be_seen(quiet_log: TickLog) -> None:
    sabotage("cursor-first")
    drain(quiet_log)

    assert compare_with_log(quiet_log).is_equal


def test_an_unknown_sabotage_is_refused() -> None:
    with pytest.raises(ValueError, match="cursor-first, was cursor-last"):
        sabotage("cursor-last")
