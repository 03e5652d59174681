"""Rules that are data: from a real log to stored alerts, the same however it was read and whoever died."""

from typing import Any

import pytest
import redis

from accounts.models import User
from accounts.tests.factories import make_user
from alerts import rule_services as rules
from alerts.models import Alert
from alerts.rule_services import Why
from risk import config_services as configuration
from risk.models import Instrument
from streaming import pipeline, resumption
from streaming.rebuilding import rebuild
from streaming.tests.log_factories import OPEN, SECOND, SESSION, make_run
from streaming.tests.quiet_logs import Trouble, everybody, quiet_log, rounds
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
SILENT = Trouble(silent={0: (10, 30)})
QUICK = {"key": "quick_silence", "kind": "stale_feed", "severity": "LOW", "enter": 4.5, "exit": 1.0}


@pytest.fixture
def admin() -> User:
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    return make_user("admin")


@pytest.fixture
def store(redis_client: redis.Redis, redis_prefix: str) -> tuple[redis.Redis, str]:
    return redis_client, redis_prefix


def why(by: User) -> Why:
    return Why(by, "because a test says so")


def folded(log: TickLog, *, reads: int = 2) -> None:
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(reads))


def drained(store: tuple[redis.Redis, str], trouble: Trouble, *, seconds: int = 40, **more: Any) -> TickLog:
    log = quiet_log(*store, run=make_run(), seconds=seconds, trouble=trouble, **more)
    folded(log)
    return log


def told(rule: str = "quick_silence", *, begin: int = OPEN) -> list[tuple[str | None, int, int | None, str]]:
    """Return each alert of a rule: symbol, second of its beginning and of its end, and why it ended."""
    found = Alert.objects.filter(rule=rule).select_related("instrument").order_by("opened_at", "id")
    return [(one.symbol, second(one.opened_at, begin), second(one.ended_at, begin), one.end_reason) for one in found]


def second(moment: Any, begin: int) -> Any:
    return None if moment is None else round(moment.timestamp()) - begin // SECOND


def agrees(log: TickLog) -> bool:
    """Whether records, bars, alerts and audit are those of the log.

    The state's bytes are left out: a worker that dies before the first record instant of an installation notes another
    session for the profile, which is empty.
    """
    found = compare_with_log(log)
    return found.was_possible and all(tally.is_equal for tally in found.tallies.values())


def first() -> Instrument:
    return Instrument.objects.order_by("id")[0]


def test_a_rule_of_ones_own_opens_and_ends_by_its_own_levels(store: tuple[redis.Redis, str], admin: User) -> None:
    rules.add(QUICK, why=why(admin))

    drained(store, SILENT)

    # Its last tick is of second 8.98 and the others' newest one second old: at second 15 it is 5 s behind them.
    assert told() == [(first().symbol, 15, 31, "recovered")]
    alert = Alert.objects.get(rule="quick_silence")
    assert (alert.severity, alert.opening["kind"], alert.opening["enter"]) == ("LOW", "stale_feed", 4.5)
    assert alert.summary == f"{first().symbol} has been silent for 5 s longer than the feed; the rule asks for 4.5 s."


def test_an_alert_opens_when_its_pending_time_is_over_and_ends_after_its_keep_time(
    store: tuple[redis.Redis, str], admin: User
) -> None:
    rules.add({**QUICK, "pending_seconds": 6, "keep_seconds": 3}, why=why(admin))

    drained(store, SILENT)

    assert told() == [(first().symbol, 21, 34, "recovered")]


def test_a_feed_that_is_silent_as_a_whole_is_no_silence_of_a_symbol(
    store: tuple[redis.Redis, str], admin: User
) -> None:
    rules.add(QUICK, why=why(admin))

    drained(store, Trouble(silent=everybody((10, 30))))

    assert told() == []


@pytest.mark.parametrize("scope", [{"symbols": ["TCS"]}, {"exchange": "BSE"}, {"enabled": False}])
def test_who_is_not_in_the_scope_is_not_judged(
    store: tuple[redis.Redis, str], admin: User, scope: dict[str, Any]
) -> None:
    assert first().symbol != "TCS" and first().exchange == "NSE"
    rules.add({**QUICK, **scope}, why=why(admin))

    drained(store, SILENT)

    assert told() == []


@pytest.mark.parametrize("scope", [lambda: {"symbols": [first().symbol]}, lambda: {"exchange": "NSE"}])
def test_who_is_in_the_scope_is_judged(store: tuple[redis.Redis, str], admin: User, scope: Any) -> None:
    rules.add({**QUICK, **scope()}, why=why(admin))

    drained(store, SILENT)

    assert len(told()) == 1


@pytest.mark.parametrize("portion", [1, 7])
def test_alerts_do_not_depend_on_portions_and_deaths(
    store: tuple[redis.Redis, str], admin: User, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    """A worker that reads so many entries at once and dies after each commit."""
    rules.add({**QUICK, "pending_seconds": 6, "keep_seconds": 3}, why=why(admin))
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", portion)
    log = quiet_log(*store, run=make_run(), seconds=40, trouble=SILENT)
    for _ in range(45):
        folded(log, reads=1)
        resumption._kept.clear()

    assert told() == [(first().symbol, 21, 34, "recovered")]
    assert agrees(log)


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("change", ["disable", "remove", "narrow"])
def test_what_is_judged_no_more_ends_as_changed(
    store: tuple[redis.Redis, str], admin: User, monkeypatch: pytest.MonkeyPatch, change: str, dies: bool
) -> None:
    rules.add(QUICK, why=why(admin))
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", 1)
    log = quiet_log(*store, run=make_run(), seconds=40, trouble=SILENT)
    for read in range(50):
        if read == 20 and change == "disable":
            rules.switch("quick_silence", enabled=False, why=why(admin))
        elif read == 20 and change == "remove":
            rules.remove("quick_silence", why=why(admin))
        elif read == 20:
            rules.replace("quick_silence", {**QUICK, "symbols": ["TCS"]}, why=why(admin))
        folded(log, reads=1)
        if dies:
            resumption._kept.clear()

    # Entry 21 brings the offer, its instant 20 is judged by the old rules, the next one by the new.
    assert told() == [(first().symbol, 15, 21, "rule_changed")]
    assert agrees(log)


def test_a_rule_that_goes_on_with_other_levels_keeps_its_alert(
    store: tuple[redis.Redis, str], admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.add(QUICK, why=why(admin))
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", 20)
    log = quiet_log(*store, run=make_run(), seconds=40, trouble=SILENT)
    folded(log, reads=1)
    rules.replace("quick_silence", {**QUICK, "severity": "HIGH", "keep_seconds": 4}, why=why(admin))
    folded(log, reads=4)

    assert told() == [(first().symbol, 15, 35, "recovered")]
    assert compare_with_log(log).is_equal


def test_no_alert_of_a_rule_outlives_the_session(store: tuple[redis.Redis, str], admin: User) -> None:
    rules.add(QUICK, why=why(admin))
    begin = OPEN + SESSION - 20 * SECOND

    log = drained(store, Trouble(silent={0: (5, 30)}), seconds=30, begin=begin)

    # A simulated session follows the other at once; in the next one everybody is waited for from its open on.
    assert told(begin=begin) == [(first().symbol, 10, 20, "market_closed"), (first().symbol, 26, 31, "run_ended")]
    assert compare_with_log(log).is_equal


def test_a_score_rule_of_ones_own_judges_records(store: tuple[redis.Redis, str], admin: User) -> None:
    own = {"key": "any_score", "kind": "score", "enter": 0.011, "exit": 0.01, "symbols": [first().symbol]}
    rules.add(own, why=why(admin))

    log = drained(store, Trouble())

    assert [symbol for symbol, *_ in told("any_score")] == [first().symbol]
    alert = Alert.objects.get(rule="any_score")
    assert alert.peak_score is None and alert.summary.startswith(f"The score of {first().symbol} is 0.")
    assert compare_with_log(log).is_equal


@pytest.mark.parametrize(("rule", "trouble"), [("stale_feed", SILENT), ("frozen_price", Trouble(frozen={0: (1, 420)}))])
def test_a_built_in_rule_that_is_disabled_ends_its_alerts_and_opens_none(
    store: tuple[redis.Redis, str], admin: User, monkeypatch: pytest.MonkeyPatch, rule: str, trouble: Trouble
) -> None:
    values = {"stale_after_seconds": 5, "frozen_price_minutes": 2}
    configuration.change(values=values, reason="so that a test need not wait", by=admin)
    is_silence = rule == "stale_feed"
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", 20 if is_silence else 300)
    log = quiet_log(*store, run=make_run(), seconds=40 if is_silence else 450, trouble=trouble)
    folded(log, reads=1)
    assert len(told(rule)) == 1
    rules.switch(rule, enabled=False, why=why(admin))
    folded(log, reads=6)

    [(_, _, _, reason)] = told(rule)
    assert reason == "rule_changed"
    assert compare_with_log(log).is_equal


def test_severity_and_scope_of_a_built_in_rule_are_data(store: tuple[redis.Redis, str], admin: User) -> None:
    configuration.change(values={"stale_after_seconds": 5}, reason="so that a test need not wait", by=admin)
    rules.replace("stale_feed", {"severity": "CRITICAL", "symbols": [first().symbol]}, why=why(admin))

    drained(store, Trouble(silent={0: (10, 30), 1: (10, 30)}))

    assert [symbol for symbol, *_ in told("stale_feed")] == [first().symbol]
    assert Alert.objects.get(rule="stale_feed").severity == "CRITICAL"


def test_a_rebuilt_run_has_the_alerts_of_its_rules(store: tuple[redis.Redis, str], admin: User) -> None:
    rules.add(QUICK, why=why(admin))
    log = drained(store, SILENT)
    before = told()

    rebuild(0, log=log)
    resumption._kept.clear()
    folded(log)

    assert told() == before != []
