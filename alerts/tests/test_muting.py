"""Laws of what is withheld: nothing CRITICAL by something weaker, nothing without its reason."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notifications.muting import Mutes, Scope, Silenced, Subject, market_share
from risk.configuration import LEVELS

ENDS = datetime(2026, 11, 25, 12, tzinfo=UTC)
levels = st.sampled_from(LEVELS)
names = st.frozensets(st.sampled_from(["NIFTY", "RELIANCE", "M&M"]), max_size=2)
subjects = st.builds(
    Subject,
    alert_id=st.integers(1, 5),
    run=st.integers(1, 2),
    rule=st.sampled_from(["score", "stale_feed"]),
    symbol=st.sampled_from(["NIFTY", "RELIANCE", "M&M", None]),
    exchange=st.sampled_from(["NSE", "BSE", None]),
    severity=levels,
    market_share=st.none() | st.floats(0, 1),
)
scopes = st.builds(
    Scope,
    symbols=names,
    exchanges=st.frozensets(st.sampled_from(["NSE", "BSE"])),
    rules=st.frozensets(st.sampled_from(["score", "stale_feed"])),
    max_severity=levels,
)
silences = st.builds(
    Silenced, pk=st.integers(1, 9), author=st.just("asha"), reason=st.just("why"), ends_at=st.just(ENDS), scope=scopes
)
indexes = st.builds(
    Subject, alert_id=st.integers(6, 9), run=st.integers(1, 2), rule=st.just("score"), symbol=st.just("NIFTY"),
    exchange=st.just("NSE"), severity=levels, market_share=st.just(0.0),
)  # fmt: skip
every_mutes = st.builds(
    Mutes,
    silences=st.lists(silences, max_size=3),
    speaking=st.lists(indexes, max_size=2),
    least_share=st.floats(0.5, 1),
)


def constituent(severity: str = "HIGH", *, share: float | None = 0.9, run: int = 1, symbol: str = "SBIN") -> Subject:
    return Subject(1, run, "score", symbol, "NSE", severity, share)


def index(severity: str = "HIGH") -> Subject:
    return Subject(17, 1, "score", "NIFTY", "NSE", severity, 0.0)


def a_silence(**scope: object) -> Silenced:
    return Silenced(12, "asha", "why", ENDS, Scope(**scope))  # type: ignore[arg-type]  # parts of a scope by name


@given(every_mutes, subjects)
def test_nothing_is_inhibited_by_something_weaker(mutes: Mutes, subject: Subject) -> None:
    inhibitor = mutes.inhibitor_of(subject)

    speaking = [one for one in mutes.speaking if one.alert_id == inhibitor]
    assert inhibitor is None or max(LEVELS.index(one.severity) for one in speaking) >= LEVELS.index(subject.severity)


@given(every_mutes, subjects.filter(lambda one: one.severity == "CRITICAL"))
def test_nothing_critical_is_silenced_unless_the_silence_says_so(mutes: Mutes, subject: Subject) -> None:
    silence = mutes.silence_of(subject)

    assert silence is None or silence.scope.max_severity == "CRITICAL"


@given(every_mutes, subjects)
def test_a_reason_names_what_withholds_and_there_is_none_without(mutes: Mutes, subject: Subject) -> None:
    silence, inhibitor = mutes.silence_of(subject), mutes.inhibitor_of(subject)

    reason = mutes.reason(subject)

    assert (reason == "") == (silence is None and inhibitor is None)
    assert silence is None or reason == f"withheld: silence {silence.pk}"


@given(scopes, subjects)
def test_a_narrower_scope_covers_no_more(scope: Scope, subject: Subject) -> None:
    wider = Scope(frozenset(), scope.exchanges, scope.rules, "CRITICAL")

    assert not scope.covers(subject) or wider.covers(subject)


@pytest.mark.parametrize(
    ("index_severity", "severity", "is_inhibited"),
    [
        ("CRITICAL", "CRITICAL", True), ("HIGH", "CRITICAL", False), ("HIGH", "HIGH", True), ("MEDIUM", "HIGH", False),
        ("CRITICAL", "LOW", True),
    ],
)  # fmt: skip
def test_an_index_speaks_for_what_is_no_more_severe(index_severity: str, severity: str, is_inhibited: bool) -> None:
    mutes = Mutes(speaking=[index(index_severity)], least_share=0.7)

    assert mutes.inhibitor_of(constituent(severity)) == (17 if is_inhibited else None)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(constituent(share=0.7), id="a share that is not larger"),
        pytest.param(constituent(share=None), id="another rule than the score"),
        pytest.param(constituent(run=2), id="another run"),
        pytest.param(constituent(symbol="NIFTY"), id="the index itself"),
    ],
)
def test_an_index_speaks_for_nothing_else(other: Subject) -> None:
    assert Mutes(speaking=[index()], least_share=0.7).inhibitor_of(other) is None


def test_a_silenced_index_speaks_for_nobody() -> None:
    mutes = Mutes([a_silence(symbols=frozenset({"NIFTY"}))], [index()], 0.7)

    assert mutes.reason(constituent()) == ""


def test_what_concerns_all_symbols_is_in_no_list_of_symbols_or_exchanges() -> None:
    whole = Subject(1, 0, "stale_feed", None, None, "MEDIUM", None)

    assert not a_silence(symbols=frozenset({"NIFTY"})).scope.covers(whole)
    assert not a_silence(exchanges=frozenset({"NSE"})).scope.covers(whole)
    assert a_silence(rules=frozenset({"stale_feed"})).scope.covers(whole)


@pytest.mark.parametrize(
    ("points", "share"),
    [
        ({"base": 0.3, "market_wide": 0.3, "jump": 0.1}, 0.75),  # worked by hand: .3 of .4
        ({"base": 0.3, "market_wide": 0.3, "jump": 0.1, "calendar": -0.3}, 0.75),
        ({"base": 0.9, "market_wide": -0.1, "jump": 0.1}, 0.0),
        ({"base": 0.3}, 0.0),
        ({}, 0.0),
    ],
)
def test_the_market_share_is_of_the_points_that_raised_the_score(points: dict[str, float], share: float) -> None:
    assert market_share(points) == pytest.approx(share)


@given(st.dictionaries(st.sampled_from(["base", "market_wide", "jump", "calendar"]), st.floats(-1, 1)))
def test_a_market_share_is_a_share(points: dict[str, float]) -> None:
    assert 0.0 <= market_share(points) <= 1.0
