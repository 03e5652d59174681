"""Silent symbols, a mute feed and frozen prices: from a real log to stored alerts, the same however it was read."""

from typing import Any

import pytest
import redis

from accounts.tests.factories import make_user
from alerts.models import Alert
from audit.models import AuditEntry
from risk import config_services as configuration
from risk.models import Instrument, LatestRisk, RiskRecord
from streaming import pipeline, resumption
from streaming.rebuilding import rebuild
from streaming.tests.log_factories import OPEN, SECOND, SESSION, make_run
from streaming.tests.quiet_logs import Trouble, everybody, quiet_log, rounds
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus", "impatient")]


@pytest.fixture
def impatient() -> None:
    """A worker that has just started, under a configuration in which five seconds are a long time."""
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    values = {"stale_after_seconds": 5, "frozen_price_minutes": 2, "alert_from": "HIGH"}
    configuration.change(values=values, reason="so that a test need not wait", by=make_user("admin"))


@pytest.fixture
def store(redis_client: redis.Redis, redis_prefix: str) -> tuple[redis.Redis, str]:
    return redis_client, redis_prefix


def drained(store: tuple[redis.Redis, str], trouble: Trouble, *, seconds: int = 40, **more: Any) -> TickLog:
    log = quiet_log(*store, run=make_run(), seconds=seconds, trouble=trouble, **more)
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))
    return log


def stale() -> list[tuple[str | None, int, int | None, str]]:
    """Return each stale_feed alert: symbol, second of its beginning and of its end, and why it ended."""
    found = Alert.objects.filter(rule="stale_feed").select_related("instrument").order_by("opened_at", "id")
    return [(one.symbol, second(one.opened_at), second(one.ended_at), one.end_reason) for one in found]


def second(moment: Any) -> Any:
    return None if moment is None else round(moment.timestamp()) - OPEN // SECOND


def first() -> Instrument:
    return Instrument.objects.order_by("id")[0]


def test_a_silent_symbol_is_one_alert_that_ends_when_its_ticks_come_again(store: tuple[redis.Redis, str]) -> None:
    drained(store, Trouble(silent={0: (10, 30)}))

    # Its last tick is of second 8.98; more than five seconds have passed at second 14.
    assert stale() == [(first().symbol, 14, 31, "ticks_came")]
    alert = Alert.objects.get(rule="stale_feed")
    assert alert.summary == f"No tick of {first().symbol} for 5 s while others tick; it is stale after 5 s."
    assert (alert.severity, alert.peak_score, alert.source) == ("MEDIUM", None, "simulated")
    actions = AuditEntry.objects.filter(object_type="alert").in_order().values_list("action", flat=True)
    assert list(actions) == ["alert_opened", "alert_ended"]


def test_records_say_stale_when_it_begins_and_not_any_more_when_ticks_come(store: tuple[redis.Redis, str]) -> None:
    drained(store, Trouble(silent={0: (10, 30)}))

    states = [
        (second(record.instant), record.state)
        for record in RiskRecord.objects.filter(instrument=first()).order_by("instant")
        if 9 <= second(record.instant) <= 32
    ]
    assert states == [(9, "PRIOR"), (10, "PRIOR"), (14, "STALE"), (31, "PRIOR"), (32, "PRIOR")]


def test_the_newest_record_of_a_silent_symbol_is_stale(store: tuple[redis.Redis, str]) -> None:
    drained(store, Trouble(silent={0: (10, 40)}))

    states = dict(LatestRisk.objects.values_list("instrument_id", "state"))
    assert states.pop(first().pk) == "STALE"
    assert set(states.values()) == {"PRIOR"}


def test_a_feed_that_falls_silent_is_one_alert_and_not_one_per_symbol(store: tuple[redis.Redis, str]) -> None:
    drained(store, Trouble(silent=everybody((10, 30))))

    assert stale() == [(None, 14, 31, "ticks_came")]
    assert "any of 3 symbols" in Alert.objects.get(rule="stale_feed").summary


def test_symbols_that_come_back_later_than_the_feed_have_their_patience_again(store: tuple[redis.Redis, str]) -> None:
    drained(store, Trouble(silent={**everybody((10, 20)), 0: (10, 23), 1: (10, 30)}))

    symbols = list(Instrument.objects.order_by("id").values_list("symbol", flat=True))
    assert stale() == [(None, 14, 21, "ticks_came"), (symbols[1], 27, 31, "ticks_came")]


def test_a_symbol_that_never_ticked_is_not_missed(store: tuple[redis.Redis, str]) -> None:
    drained(store, Trouble(silent={0: (0, 40)}))

    assert stale() == []


def test_silence_over_the_end_of_a_session_ends_with_it(store: tuple[redis.Redis, str]) -> None:
    begin = OPEN + SESSION - 20 * SECOND
    drained(store, Trouble(silent={0: (5, 40)}), begin=begin)

    offset = (begin - OPEN) // SECOND
    # Five seconds into the new session it is missed again.
    assert [(at - offset, end and end - offset, why) for _, at, end, why in stale()] == [
        (9, 20, "market_closed"),
        (26, 41, "run_ended"),
    ]


def test_nothing_is_stale_while_the_market_is_closed(
    store: tuple[redis.Redis, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from risk.quant.calendar import SimulatedClock

    close = OPEN + 12 * SECOND
    session_at = SimulatedClock.session_at
    monkeypatch.setattr(SimulatedClock, "session_at", lambda self, at: session_at(self, at) if at < close else None)
    drained(store, Trouble(silent=everybody((10, 40))))

    assert stale() == []
    assert not RiskRecord.objects.filter(state="STALE").exists()


def test_an_open_episode_ends_when_the_market_closes(
    store: tuple[redis.Redis, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from risk.quant.calendar import SimulatedClock

    close = OPEN + 20 * SECOND
    session_at = SimulatedClock.session_at
    monkeypatch.setattr(SimulatedClock, "session_at", lambda self, at: session_at(self, at) if at < close else None)
    drained(store, Trouble(silent={0: (10, 40)}))

    assert stale() == [(first().symbol, 14, 20, "market_closed")]


def test_a_market_that_stands_at_its_breaker_may_be_halted(
    store: tuple[redis.Redis, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from risk.quant.market import MarketFold

    monkeypatch.setattr(MarketFold, "price_change", -0.1001)
    drained(store, Trouble(silent=everybody((10, 30))))

    assert stale() == []


def test_a_price_that_stands_still_under_ticks_is_one_alert(store: tuple[redis.Redis, str]) -> None:
    drained(store, Trouble(frozen={0: (30, 330)}), seconds=480)

    found = Alert.objects.get(rule="frozen_price")
    # Minutes 1 and 2 closed without a move at second 182; minute 5, in which it moves, at second 362.
    assert (found.symbol, second(found.opened_at), second(found.ended_at)) == (first().symbol, 182, 362)
    assert found.end_reason == "price_moved"
    assert "for 2 minutes while ticks keep coming" in found.summary
    assert stale() == []


def test_a_market_without_trades_in_which_nothing_moves_is_not_frozen(
    store: tuple[redis.Redis, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from streaming.tests import quiet_logs

    made = quiet_logs._ticks

    def untraded(*facts: Any) -> Any:
        ticks = made(*facts)
        ticks["volume"] = 100.0
        return ticks

    monkeypatch.setattr(quiet_logs, "_ticks", untraded)
    drained(store, Trouble(frozen=everybody((1, 330))), seconds=330)

    assert not Alert.objects.filter(rule="frozen_price").exists()


TROUBLES = [
    Trouble(silent={0: (10, 30), 1: (12, 200)}, frozen={2: (40, 330)}),
    Trouble(silent={**everybody((10, 20)), 0: (10, 23), 1: (10, 30)}),
    Trouble(silent=everybody((100, 200)), frozen={0: (205, 400)}),
]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("entries", [7, 50])
def test_small_reads_and_a_worker_that_forgets_everything_give_the_same_alerts(
    store: tuple[redis.Redis, str], monkeypatch: pytest.MonkeyPatch, trouble: Trouble, entries: int
) -> None:
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", entries)
    log = quiet_log(*store, run=make_run(), seconds=420, trouble=trouble)
    for _ in range(420 // entries + 1):
        pipeline.drain(lambda: {0}, log=log, is_over=rounds(1))
        resumption._kept.clear()  # as after a SIGKILL between two tasks

    found = compare_with_log(log)

    assert found.is_equal, found
    assert found.alerts >= 2


def test_a_stale_alert_that_was_changed_is_found(store: tuple[redis.Redis, str]) -> None:
    log = drained(store, Trouble(silent={0: (10, 30)}))
    assert compare_with_log(log).is_equal

    Alert.objects.filter(rule="stale_feed").update(ended_at=None, phase="firing", end_reason="")

    assert len(compare_with_log(log).different) == 1


def test_a_rebuilt_run_has_the_alerts_of_its_log(store: tuple[redis.Redis, str]) -> None:
    log = drained(store, Trouble(silent={0: (10, 30)}, frozen={1: (40, 200)}), seconds=240)
    before = list(Alert.objects.order_by("opened_at", "id").values_list("rule", "instrument", "opened_at", "ended_at"))

    rebuild(0, log=log)
    resumption._kept.clear()
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(2))

    again = Alert.objects.order_by("opened_at", "id").values_list("rule", "instrument", "opened_at", "ended_at")
    assert list(again) == before
    assert {"stale_feed", "frozen_price"} <= {rule for rule, *_ in before}
    assert compare_with_log(log).is_equal


def test_a_commit_that_fails_leaves_no_stale_alert(
    store: tuple[redis.Redis, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(resumption, "advance_cursor", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        drained(store, Trouble(silent={0: (10, 30)}))

    assert not Alert.objects.exists()
