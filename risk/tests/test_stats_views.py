"""Statistics of a run against sums over its raw records."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import make_user
from risk.models import RiskRecord
from risk.tests.rows import LONG_AGO, make_instruments, store_latest, store_record
from risk.tests.test_views import make_run
from riskplatform.lib.api import error_body
from streaming.tests.cursors import judge

pytestmark = pytest.mark.django_db

STATS = "/api/v1/risk/stats"
SCORES = (0.1, 0.35, 0.6, 0.85, 0.95)
SEVERITIES = ("NORMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


def store_session(run: int, *, minutes: int = 90, begin: datetime = LONG_AGO) -> list[RiskRecord]:
    """Store a record per minute and symbol, in two partitions, and each symbol's newest."""
    stored = []
    for number in range(minutes):
        for place, instrument in enumerate(make_instruments()):
            level = (number + place) % 5
            facts: dict[str, Any] = {"score": SCORES[level] + number / 10_000, "severity": SEVERITIES[level]}
            at, record_id = begin + timedelta(minutes=number), 64 * (run * 10_000 + 3 * number + place) + place % 2
            stored.append(store_record(instrument, record_id=record_id, run=run, instant=at, **facts))
    for instrument, last in zip(make_instruments(), stored[-3:], strict=True):
        facts = {"score": last.score, "severity": last.severity}
        store_latest(instrument, record_id=last.pk, run=run, instant=last.instant, **facts)
    return stored


def stats(viewer: Client, **query: Any) -> dict[str, Any]:
    response = viewer.get(STATS, query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def summed(rows: list[RiskRecord]) -> tuple[int, float, float, dict[str, int]]:
    scores, severities = [row.score for row in rows], Counter(row.severity for row in rows)
    return len(rows), sum(scores) / len(scores), max(scores), {name: severities[name] for name in SEVERITIES}


def shown(row: dict[str, Any]) -> tuple[int, Any, float, dict[str, int]]:
    return row["records"], pytest.approx(row["mean"], abs=1e-12), row["max"], row["severities"]


@pytest.mark.parametrize("role", ["admin", "analyst", "viewer"])
def test_everyone_who_is_signed_in_reads_the_statistics(client: Client, role: str) -> None:
    client.force_login(make_user(role))

    assert client.get(STATS).status_code == 200


def test_nobody_reads_no_statistics(client: Client) -> None:
    assert client.get(STATS).status_code == 401


def test_before_the_first_record_there_is_nothing_to_say(viewer: Client) -> None:
    answer = stats(viewer)

    assert (answer["run"], answer["source"], answer["from"], answer["buckets"], answer["symbols"]) == (
        None, None, None, [], [],
    )  # fmt: skip
    assert (answer["now"]["symbols"], answer["now"]["highest"], answer["now"]["breadth"]) == (0, None, None)


def test_now_counts_the_newest_records(viewer: Client) -> None:
    judged = make_run("replay")
    judge(judged, until=LONG_AGO)
    run = judged.pk
    rows = zip(make_instruments(), (0.2, 0.6, 0.95), ("NORMAL", "MEDIUM", "CRITICAL"), strict=True)
    for number, (instrument, score, severity) in enumerate(rows, start=1):
        record = store_record(instrument, record_id=64 * number, run=run, instant=LONG_AGO, score=score)
        store_latest(instrument, record_id=record.pk, run=run, instant=LONG_AGO, score=score, severity=severity)

    answer = stats(viewer)

    now = answer["now"]
    assert (answer["run"], answer["source"], now["instant"]) == (run, "replay", "2021-04-08T05:00:00.000Z")
    assert now["severities"] == {"NORMAL": 1, "LOW": 0, "MEDIUM": 1, "HIGH": 0, "CRITICAL": 1}
    assert now["states"] == {"OK": 3, "STALE": 0, "PRIOR": 0, "CLOSED": 0, "HALTED": 0}
    assert now["highest"] == {"symbol": "M&M", "risk_score": 0.95}
    # (0.2 + 0.6 + 0.95) / 3, and two of three symbols.
    assert (now["mean"], now["breadth"]) == (pytest.approx(1.75 / 3), pytest.approx(2 / 3))


@pytest.mark.parametrize("minutes", [1, 5, 15, 60])
def test_a_bucket_sums_the_records_within_it(viewer: Client, minutes: int) -> None:
    records = store_session(make_run("replay").pk)

    answer = stats(viewer, bucket=minutes)

    assert answer["bucket_minutes"] == minutes
    for bucket in answer["buckets"]:
        start = datetime.fromisoformat(bucket["start"])
        within = [row for row in records if start <= row.instant < start + timedelta(minutes=minutes)]
        assert shown(bucket) == summed(within)
    assert sum(bucket["records"] for bucket in answer["buckets"]) == len(records)


def test_a_symbol_sums_its_own_records(viewer: Client) -> None:
    records = store_session(make_run("replay").pk)

    rows = stats(viewer, **{"from": "2021-04-08T05:10:00Z", "to": "2021-04-08T05:30:00Z"})["symbols"]

    assert [row["max"] for row in rows] == sorted((row["max"] for row in rows), reverse=True)
    for row in rows:
        own = [r for r in records if r.instrument.symbol == row["symbol"] and 10 <= r.instant.minute < 30]
        own = [r for r in own if r.instant.hour == 5]
        assert shown(row) == summed(own)
        assert (row["last"], row["min"]) == (own[-1].score, min(r.score for r in own))
        assert row["last_minute"] == "2021-04-08T05:29:00.000Z"


def test_runs_are_never_mixed(viewer: Client) -> None:
    first, second = make_run("replay").pk, make_run("simulated").pk
    old = store_record(make_instruments()[0], record_id=64, run=first, instant=LONG_AGO, score=0.3)
    store_latest(make_instruments()[0], record_id=old.pk, run=first, instant=LONG_AGO)
    new = store_record(make_instruments()[1], record_id=128, run=second, instant=LONG_AGO, score=0.4)
    store_latest(make_instruments()[1], record_id=new.pk, run=second, instant=LONG_AGO)

    newest, asked = stats(viewer), stats(viewer, run=first)

    for answer, run, source, symbol in ((newest, second, "simulated", "RELIANCE"), (asked, first, "replay", "NIFTY")):
        assert (answer["run"], answer["source"], answer["now"]["symbols"]) == (run, source, 1)
        assert [row["symbol"] for row in answer["symbols"]] == [symbol]
        assert [bucket["records"] for bucket in answer["buckets"]] == [1]


def test_without_a_range_it_is_the_last_day_of_log_time(viewer: Client) -> None:
    run = make_run("replay").pk
    for number, hours in enumerate((0, 1, 24, 25), start=1):
        at = LONG_AGO + timedelta(hours=hours)
        store_record(make_instruments()[0], record_id=64 * number, run=run, instant=at)

    answer = stats(viewer, run=run)

    # The run's newest instant lies within the five minutes from 06:00 on.
    assert (answer["from"], answer["to"]) == ("2021-04-08T06:00:00.000Z", "2021-04-09T06:05:00.000Z")
    assert [bucket["records"] for bucket in answer["buckets"]] == [1, 1, 1]


def test_a_run_without_records_is_missing(viewer: Client) -> None:
    response = viewer.get(STATS, {"run": "77"})

    assert response.status_code == 404
    assert response.json() == error_body("run_not_found", "There are no records of run 77.")


BAD = [
    "bucket=2", "bucket=0", "bucket=-5", "bucket=x", "bucket=%00", "bucket=5.0", "bucket=%C2%B5", "bucket=%25s",
    "from=2021-04-08T05:00:00", "from=nonsense", "from=%00", "to=2021-04-08", "to=%00", "to=%25d",
    "from=2021-04-08T06:00:00Z&to=2021-04-08T05:00:00Z",
    "from=2021-04-01T00:00:00Z&to=2021-04-08T05:00:00Z&bucket=1", "from=0001-01-01T00:00:00Z",
    "to=0001-01-01T00:00:00Z", "from=9999-12-31T23:59:59Z&bucket=60",
    "to=9999-12-31T23:59:59Z&from=2021-04-08T05:00:00Z",
    "run=0", "run=-1", "run=x", "run=9223372036854775808", "run=%00",
    "symbol=NIFTY", "page_size=5", "cursor=x", "buckets=5",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
def test_statistics_of_nonsense_are_refused_with_a_sentence(viewer: Client, query: str) -> None:
    record = store_record(make_instruments()[0], record_id=64, run=1, instant=LONG_AGO)
    store_latest(make_instruments()[0], record_id=record.pk, run=1, instant=LONG_AGO)

    response = viewer.get(f"{STATS}?{query}")

    assert (response.status_code, bool(response.json()["detail"])) == (400, True)


def told(recent: float, market: float, correction: float = 0.0) -> dict[str, float]:
    return {"base": 0.2, "recent_moves": recent, "jump": 0.0, "market_wide": market, "option_market": 0.0,
            "calendar": 0.0, "recalibration": correction}  # fmt: skip


def store_told(run: int, decompositions: list[dict[str, float] | None], *, minutes_apart: int = 1) -> None:
    instrument = make_instruments()[0]
    for number, decomposition in enumerate(decompositions):
        at = LONG_AGO + timedelta(minutes=minutes_apart * number)
        store_record(
            instrument, record_id=64 * (number + 1), run=run, instant=at, score=0.6, severity="MEDIUM",
            decomposition=decomposition,
        )  # fmt: skip
    store_latest(instrument, record_id=64, run=run, instant=LONG_AGO)


def test_the_market_share_is_that_of_the_points_which_raise_scores(viewer: Client) -> None:
    store_told(make_run("replay").pk, [told(0.1, 0.2), told(0.05, -0.1, -0.3), told(0.15, 0.1)])

    (bucket,) = stats(viewer, bucket=5)["buckets"]

    # Raising points by hand: .1 + .2, .05, .15 + .1; market-wide among them .2 and .1.  All records are MEDIUM.
    assert bucket["market_share"] == pytest.approx(0.3 / 0.6, abs=1e-12)
    assert bucket["breadth"] == 1.0


@pytest.mark.parametrize(
    ("decompositions", "bucket"),
    [
        ([told(0.0, 0.0), told(-0.1, -0.2)], 5),  # nothing raises a score
        ([told(0.1, 0.2), None], 5),  # one of the records does not say
        ([told(0.1, 0.2)], 1),  # minutes do not sum points
    ],
)
def test_a_market_share_that_is_not_known_is_null(
    viewer: Client, decompositions: list[dict[str, float] | None], bucket: int
) -> None:
    store_told(make_run("replay").pk, decompositions)

    assert [row["market_share"] for row in stats(viewer, bucket=bucket)["buckets"]] == [None]


def test_a_share_over_several_rollups_weighs_their_points(viewer: Client) -> None:
    store_told(make_run("replay").pk, [told(0.1, 0.0), told(0.0, 0.3)], minutes_apart=5)

    (bucket,) = stats(viewer, bucket=60)["buckets"]

    assert bucket["market_share"] == pytest.approx(0.3 / 0.4, abs=1e-12)


def test_breadth_over_time_is_the_share_of_elevated_records(viewer: Client) -> None:
    stored = store_session(make_run().pk, minutes=7)

    found = stats(viewer, bucket=60)["buckets"]

    expected = sum(row.severity in {"MEDIUM", "HIGH", "CRITICAL"} for row in stored) / len(stored)
    assert [row["breadth"] for row in found] == [pytest.approx(expected, abs=1e-12)]


@pytest.mark.parametrize("minutes", [1, 70])
def test_the_number_of_queries_of_statistics_does_not_grow(
    viewer: Client, minutes: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    store_session(make_run("replay").pk, minutes=minutes)

    # Session, user; newest run, its rows, its source, configuration, newest instants; last instant; buckets, symbols
    # and their last minutes.
    with django_assert_max_num_queries(14):
        viewer.get(STATS)
