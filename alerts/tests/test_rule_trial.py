"""What a proposed rule would have done, against counts made another way."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from rest_framework.test import APIClient

from accounts.tests.factories import make_user
from alerts.models import Alert
from alerts.rule_services import RuleInvalid, proposed
from alerts.rule_trial import Trial, try_rule
from risk import history_services as history
from risk.alert_rules import DEFAULT_RULES
from risk.config_models import ConfigVersion
from risk.models import Instrument, RiskRecord
from risk.quant.calendar import MINUTE_US, SimulatedClock
from risk.quant.windows import BAR
from risk.storage import moment
from risk.tests.rows import fields, make_instruments

pytestmark = pytest.mark.django_db
SECOND = 1_000_000
SESSION = SimulatedClock().session_at(1_800_000_000_000_000)
NEXT = SimulatedClock().session_at(SESSION.close_us)
SCORE_RULE = {"key": "high_score", "kind": "score", "enter": 0.6, "exit": 0.5}
FALL_RULE = {"key": "falls", "kind": "drawdown", "enter": 5, "exit": 4, "window": "session"}


def record(number: int, instrument: Instrument, at: int, score: float) -> RiskRecord:
    facts = fields(instant=moment(at), score=score, price=Decimal(100), barrier=0.01, horizon_minutes=5.0)
    return RiskRecord(id=number, instrument=instrument, **facts)


def store_path(instrument: Instrument, scores: list[float], *, first: int = 1, begin: int = SESSION.open_us) -> None:
    RiskRecord.objects.bulk_create(
        record(first + n, instrument, begin + (n + 1) * SECOND, score) for n, score in enumerate(scores)
    )


def store_minutes(instrument: Instrument, paise: list[int], *, run: int = 1, session: Any = SESSION) -> None:
    """Store a minute at each price, standing still inside of it."""
    bars = np.zeros(len(paise), dtype=BAR)
    bars["instrument"], bars["session"], bars["ticks"] = instrument.pk, session.key, 5
    bars["minute"] = np.arange(len(paise))
    bars["start"] = session.open_us + np.arange(len(paise)) * MINUTE_US
    for name in ("open", "high", "low", "close"):
        bars[name] = paise
    bars["volume"], bars["log_odds"], bars["spread_bp"] = 100.0, np.nan, np.nan
    history.store_bars(lineage="simulated", run=run, bars=bars)


def simulated() -> None:
    """Store a minute of the run: by its lineage it is known which clock its records are judged by."""
    store_minutes(Instrument.objects.get(symbol="M&M"), [10_000])


def tried(rule: dict[str, Any], *, records: int = 50_000, sessions: int = 3) -> Trial:
    return try_rule(proposed(rule), records=records, sessions=sessions)


def excursions(path: list[float], *, enter: float, leave: float) -> int:
    """Count, value by value, how often a path comes up to a level having been below the other one since."""
    count, is_on = 0, False
    for value in path:
        if not is_on and value >= enter:
            count, is_on = count + 1, True
        elif is_on and value < leave:
            is_on = False
    return count


@pytest.mark.parametrize("seed", range(3))
def test_a_score_rule_is_counted_on_records_as_by_hand(seed: int) -> None:
    nifty, reliance, _ = make_instruments()
    simulated()
    paths = np.random.default_rng(seed).choice([0.4, 0.49, 0.5, 0.55, 0.6, 0.7], size=(2, 200)).tolist()
    store_path(nifty, paths[0])
    store_path(reliance, paths[1], first=1001)

    found = tried(SCORE_RULE)

    by_hand = [excursions(path, enter=0.6, leave=0.5) for path in paths]
    assert {one.symbol: one.alerts for one in found.per_symbol} == dict(
        zip(["NIFTY", "RELIANCE"], by_hand, strict=True)
    )
    assert (found.alerts, found.judged) == (sum(by_hand), 400)
    assert sum(day.alerts for day in found.per_day) == found.alerts
    assert (found.since, found.until) == (moment(SESSION.open_us + SECOND), moment(SESSION.open_us + 200 * SECOND))
    assert found.since <= found.first <= found.last <= found.until  # type: ignore[operator]  # there are alerts


def test_only_the_newest_records_are_tried_and_it_says_so() -> None:
    nifty, *_ = make_instruments()
    simulated()
    store_path(nifty, [0.7, 0.4, 0.7, 0.4, 0.7])

    found = tried({**SCORE_RULE, "symbols": ["NIFTY"]}, records=3)

    assert (found.alerts, found.judged) == (2, 3)
    assert any("the newest 3" in sentence for sentence in found.not_covered)


def test_a_session_that_ends_ends_its_alerts() -> None:
    nifty, *_ = make_instruments()
    simulated()
    store_path(nifty, [0.7, 0.7], begin=SESSION.close_us - 5 * SECOND)
    store_path(nifty, [0.7], begin=SESSION.close_us, first=10)

    assert tried(SCORE_RULE).alerts == 2


def test_precision_is_the_share_that_touched_of_what_is_decided() -> None:
    """Barrier 1 % of 100: A touches in its third minute, B never, C's horizon is not over when its minutes end."""
    a, b, c = make_instruments()
    for number, instrument in enumerate((a, b, c)):
        RiskRecord.objects.create(
            id=number + 1, instrument=instrument,
            **fields(instant=moment(SESSION.open_us + MINUTE_US), score=0.7, price=Decimal(100), barrier=0.01,
                     horizon_minutes=5.0),
        )  # fmt: skip
    store_minutes(a, [10_200, 10_000, 10_000, 10_150, 10_000, 10_000])  # its first minute was before the record
    store_minutes(b, [10_200, 10_000, 10_090, 10_050, 10_000, 10_000, 10_500])  # the last one is behind the horizon
    store_minutes(c, [10_200, 10_000, 10_050])

    found = tried(SCORE_RULE)

    assert (found.alerts, found.decided, found.undecided, found.precision) == (3, 2, 1, 0.5)


def test_a_touch_that_only_records_saw_counts() -> None:
    nifty, *_ = make_instruments()
    simulated()
    store_path(nifty, [0.7, 0.4])
    RiskRecord.objects.filter(pk=2).update(price=Decimal("98.9"))  # ln(98.9 / 100) = -.01106

    assert tried({**SCORE_RULE, "symbols": ["NIFTY"]}).precision == 1.0


def test_a_fall_is_counted_on_stored_minutes_as_by_hand() -> None:
    nifty, reliance, _ = make_instruments()
    path = (10_000 - 800 * np.random.default_rng(5).random(300)).round().astype(int).tolist()
    store_minutes(nifty, path)
    store_minutes(reliance, [10_000] * 300)

    found = tried(FALL_RULE)

    highest = np.maximum.accumulate(path)
    falls = (100 * (1 - np.array(path) / highest)).tolist()
    assert found.alerts == excursions(falls, enter=5.0, leave=4.0) > 2
    assert [one.symbol for one in found.per_symbol] == ["NIFTY"]
    assert (found.judged, found.precision, found.decided) == (600, None, 0)
    assert "M&M" in found.unknown_symbols


def test_every_session_begins_anew_and_has_its_day() -> None:
    nifty, *_ = make_instruments()
    store_minutes(nifty, [10_000, 9_000, 9_000])
    store_minutes(nifty, [9_000, 9_000, 8_000], session=NEXT)

    found = tried({**FALL_RULE, "symbols": ["NIFTY"]})

    assert found.alerts == 2
    assert sum(day.alerts for day in found.per_day) == 2
    assert any("3 sessions were asked for" in sentence for sentence in found.not_covered)


def test_a_price_that_stands_still_is_counted_in_minutes() -> None:
    nifty, reliance, _ = make_instruments()
    # Prices repeat in minutes 2 to 5; with volume that is odd whatever the others do.
    store_minutes(nifty, [10_000, 10_010, 10_020, 10_020, 10_020, 10_020, 10_030])

    found = tried({"key": "still", "kind": "frozen_price", "enter": 3, "exit": 1, "symbols": ["NIFTY"]})

    # The third of the equal minutes is the fifth of the session.
    assert [moment(SESSION.open_us + 5 * MINUTE_US)] == [moment(one.opened_us) for one in found.firings]
    assert reliance.symbol not in found.unknown_symbols


@pytest.mark.parametrize("window", ["10", "20"])
def test_the_band_is_known_where_a_last_close_is(window: str) -> None:
    make_instruments()
    reliance = Instrument.objects.get(symbol="RELIANCE")
    store_minutes(reliance, [10_000, 10_860])
    rule = {"key": "band", "kind": "price_band_distance", "enter": 1.5, "exit": 2, "window": window,
            "symbols": ["RELIANCE"]}  # fmt: skip

    assert tried(rule).unknown_symbols == ["RELIANCE"]


@pytest.mark.parametrize(
    ("kind", "window"), [("implied_volatility_jump", ""), ("volume_anomaly", "15"), ("spread_anomaly", "")]
)
def test_what_nothing_is_known_of_is_said_to_be_unknown(kind: str, window: str) -> None:
    nifty, *_ = make_instruments()
    store_minutes(nifty, [10_000, 9_000, 9_000])

    found = tried({"key": "odd", "kind": kind, "enter": 2, "exit": 1, "window": window, "symbols": ["NIFTY"]})

    assert (found.alerts, found.judged, found.unknown_symbols) == (0, 0, ["NIFTY"])


def test_without_history_it_says_so() -> None:
    found = tried(FALL_RULE)

    assert (found.alerts, found.since, found.per_day) == (0, None, [])
    assert "no stored minutes to try it on" in found.not_covered


@pytest.mark.parametrize(
    "rule",
    [{"key": "quick", "kind": "stale_feed", "enter": 5, "exit": 2}, {"key": "score", "kind": "score"}],
)
def test_what_no_history_can_tell_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(RuleInvalid):
        tried(rule)


def test_the_shipped_market_rules_can_all_be_tried() -> None:
    nifty, *_ = make_instruments()
    store_minutes(nifty, [10_000, 10_010, 10_000])

    assert [try_rule(rule, records=10, sessions=1).alerts for rule in DEFAULT_RULES if not rule.is_built_in] == [0] * 7


def test_trying_stores_nothing_and_answers_every_question() -> None:
    nifty, *_ = make_instruments()
    simulated()
    store_path(nifty, [0.7, 0.4, 0.7])
    client = APIClient()
    client.force_authenticate(make_user("admin"))

    answer = client.post("/api/v1/alerts/rules/dry-run", {**SCORE_RULE, "records": 100}, format="json")

    assert answer.status_code == 200, answer.content
    assert (answer.json()["alerts"], answer.json()["per_symbol"]) == (2, [{"symbol": "NIFTY", "alerts": 2}])
    assert set(answer.json()) >= {"since", "until", "per_day", "first", "last", "precision", "not_covered"}
    assert not Alert.objects.exists() and not ConfigVersion.objects.exists()
