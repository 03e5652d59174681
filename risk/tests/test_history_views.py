"""The history of risks: who may read it, what its filters mean, and that nothing wrong gets in."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import make_user
from audit.models import AuditEntry
from risk import history_views
from risk.models import Instrument, RiskRecord, SymbolAlias
from risk.tests.rows import LONG_AGO, make_instruments, store_record
from risk.tests.test_views import FIELDS, make_run

pytestmark = pytest.mark.django_db

HISTORY = "/api/v1/risk/history"
SCORES = (0.1, 0.35, 0.6, 0.85, 0.95)
SEVERITIES = ("NORMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


@pytest.fixture
def records() -> list[RiskRecord]:
    """Five minutes of three symbols in one run, a severity a minute, then the same again in another run."""
    instruments = make_instruments()
    return [
        store_record(
            instrument,
            record_id=64 * (1 + 15 * run + 3 * minute + place),
            run=run,
            instant=LONG_AGO + timedelta(hours=run, minutes=minute),
            score=SCORES[minute],
            severity=SEVERITIES[minute],
        )
        for run in (1, 2)
        for minute in range(5)
        for place, instrument in enumerate(instruments)
    ]


def rows_of(viewer: Client, **query: Any) -> list[dict[str, Any]]:
    response = viewer.get(HISTORY, query)
    assert response.status_code == 200, response.content
    rows: list[dict[str, Any]] = response.json()["results"]
    return rows


@pytest.mark.parametrize("role", ["admin", "analyst", "viewer"])
def test_everyone_who_is_signed_in_reads_the_history(client: Client, role: str, records: list[RiskRecord]) -> None:
    client.force_login(make_user(role))

    response = client.get(HISTORY)

    assert (response.status_code, set(response.json())) == (200, {"results", "next", "previous"})
    assert [row["id"] for row in response.json()["results"]] == sorted((row.pk for row in records), reverse=True)


@pytest.mark.parametrize("query", ["", "?format=csv", "?page_size=0"])
def test_nobody_reads_no_history(client: Client, query: str) -> None:
    assert client.get(HISTORY + query).status_code == 401


def test_a_row_equals_the_record_read_alone(viewer: Client) -> None:
    store_record(make_instruments()[0], record_id=5, run=make_run("replay").pk, instant=LONG_AGO)

    (row,) = rows_of(viewer)

    alone = viewer.get("/api/v1/risk/5").json()
    assert row == {name: alone[name] for name in FIELDS}


def test_symbols_are_several_and_may_be_aliases(viewer: Client, records: list[RiskRecord]) -> None:
    nifty = Instrument.objects.get(symbol="NIFTY")
    SymbolAlias.objects.get_or_create(alias="NIFTYFIFTY", defaults={"instrument": nifty, "source": "test"})

    assert {row["symbol"] for row in rows_of(viewer, symbol="NIFTYFIFTY")} == {"NIFTY"}
    assert {row["symbol"] for row in rows_of(viewer, symbol=["M&M", "NIFTY"])} == {"M&M", "NIFTY"}
    assert {row["symbol"] for row in rows_of(viewer, symbol="M&M,NIFTY")} == {"M&M", "NIFTY"}


def test_an_instrument_that_is_not_active_keeps_its_history(viewer: Client, records: list[RiskRecord]) -> None:
    Instrument.objects.filter(symbol="NIFTY").update(is_active=False)

    assert len(rows_of(viewer, symbol="NIFTY")) == 10


def test_severities_are_several(viewer: Client, records: list[RiskRecord]) -> None:
    assert {row["severity"] for row in rows_of(viewer, severity=["HIGH", "LOW"])} == {"HIGH", "LOW"}
    assert len(rows_of(viewer, severity="CRITICAL")) == 6


def test_a_least_score_is_included(viewer: Client, records: list[RiskRecord]) -> None:
    assert {row["risk_score"] for row in rows_of(viewer, min_score="0.85")} == {0.85, 0.95}


def test_from_is_included_and_to_is_not(viewer: Client, records: list[RiskRecord]) -> None:
    rows = rows_of(viewer, **{"from": "2021-04-08T11:31:00+05:30", "to": "2021-04-08T06:03:00Z"})

    assert {row["timestamp"] for row in rows} == {"2021-04-08T06:01:00.000Z", "2021-04-08T06:02:00.000Z"}


@pytest.mark.parametrize(
    "period",
    [
        {"from": "2021-04-08T06:04:00Z"},
        {"to": "2021-04-08T06:01:00Z"},
        {"run": 2},
        {"run": 1, "from": "2021-04-08T06:02:30Z"},
        {"from": "2021-04-08T05:59:59.999999Z", "to": "2021-04-08T06:00:00.000001Z"},
        {"from": "1921-04-08T06:04:00Z", "to": "2121-04-08T06:04:00Z"},
        {"from": "0001-01-01T00:00:00Z"},
        {"run": 9},
    ],
)
def test_a_period_holds_the_records_whose_instant_lies_in_it(
    viewer: Client, records: list[RiskRecord], period: dict[str, Any]
) -> None:
    since = datetime.fromisoformat(period.get("from", "0001-01-01T00:00:00Z"))
    until = datetime.fromisoformat(period.get("to", "9999-12-31T00:00:00Z"))

    ids = [row["id"] for row in rows_of(viewer, **period)]

    own = [row for row in reversed(records) if row.run == period.get("run", row.run)]
    assert ids == [row.pk for row in own if since <= row.instant < until]


def test_filters_add_up(viewer: Client, records: list[RiskRecord]) -> None:
    rows = rows_of(viewer, symbol="NIFTY", severity="HIGH,CRITICAL", min_score="0.9", run="2")

    assert [(row["symbol"], row["severity"], row["risk_score"]) for row in rows] == [("NIFTY", "CRITICAL", 0.95)]


def test_history_pages_follow_one_another(viewer: Client, records: list[RiskRecord]) -> None:
    first = viewer.get(f"{HISTORY}?page_size=4&severity=LOW,HIGH&run=2").json()
    second = viewer.get(first["next"]).json()

    assert second["next"] is None
    seen = [row["id"] for page in (first, second) for row in page["results"]]
    assert len(seen) == 6
    assert seen == sorted(seen, reverse=True)


BAD = [
    "symbol=NOPE", "symbol=%25s", "severity=%25d", "from=%25s", "symbol=NIFTY,NOPE", "symbol=%00",
    "symbol=NIFTY%00", "symbol=%F0%9F%98%80",
    "severity=high", "severity=EXTREME", "severity=%00", "severity=HIGH,NOPE",
    "from=2021-04-08T06:00:00", "from=2021-04-08", "from=yesterday", "from=%00", "from=2021-04-08T06:00:00+05:30",
    "from=2021-13-08T06:00:00Z", "from=2021-04-08T25:00:00Z", "from=99999-01-01T00:00:00Z", "from=1617861600",
    "to=2021-04-08T06:00:00", "to=nonsense", "to=%00", "to=9999-12-31T23:59:59-12:00",
    "from=0001-01-01T00:00:00%2B12:00",
    "from=2021-04-08T06:00:00Z&to=2021-04-08T05:00:00Z", "from=2021-04-08T06:00:00Z&to=2021-04-08T06:00:00Z",
    "min_score=nan", "min_score=inf", "min_score=-0.1", "min_score=1.1", "min_score=x", "min_score=%00",
    "min_score=1e999",
    "run=0", "run=-1", "run=x", "run=1.5", "run=9223372036854775808", "run=" + "9" * 400, "run=%00", "run=%C2%B2",
    "page_size=0", "page_size=501", "page_size=%00", "cursor=%00", "cursor=x", "cursor=cD0lMDA=",
    "symbl=NIFTY", "min_score%00=1", "offset=1", "limit=1", "ordering=score", "id__gt=1",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
def test_what_makes_no_sense_is_refused_with_a_sentence(viewer: Client, query: str) -> None:
    response = viewer.get(f"{HISTORY}?{query}")

    assert response.status_code == (404 if query == "cursor=x" else 400)
    assert response.json()["detail"]


@pytest.mark.parametrize("query", [query for query in BAD if not query.startswith(("cursor", "page_size"))])
def test_what_makes_no_sense_is_refused_for_a_file_too(viewer: Client, query: str) -> None:
    assert viewer.get(f"{HISTORY}?{query}", headers={"accept": "text/csv"}).status_code == 400
    assert not AuditEntry.objects.filter(action="risk_exported").exists()


def test_a_format_that_we_do_not_have_is_refused(viewer: Client) -> None:
    assert viewer.get(f"{HISTORY}?format=xml").status_code == 404
    assert viewer.get(HISTORY, headers={"accept": "application/pdf"}).status_code == 406


@pytest.mark.parametrize("symbols", [("A",), tuple("ABCDEFGHIJ")])
def test_the_number_of_queries_of_a_page_does_not_grow(
    viewer: Client, symbols: tuple[str, ...], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number, instrument in enumerate(make_instruments(symbols), start=1):
        store_record(instrument, record_id=number, instant=LONG_AGO)

    with django_assert_num_queries(4):  # session, user, records with their instruments, runs
        viewer.get(HISTORY)
    with django_assert_num_queries(6):  # also symbols, rollups
        viewer.get(HISTORY, {"symbol": "A", "run": "1", "severity": "HIGH"})


def csv_rows(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode())))


def shown(cell: object) -> str:
    """As a cell of a file has it."""
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


@pytest.mark.parametrize("asked", [{"headers": {"accept": "text/csv"}}, {"QUERY_STRING": "format=csv"}])
def test_a_file_has_the_rows_of_the_pages(viewer: Client, records: list[RiskRecord], asked: dict[str, Any]) -> None:
    response = viewer.get(HISTORY, **asked)

    assert (response["Content-Type"], response["X-Row-Limit"]) == ("text/csv; charset=utf-8", "100000")
    expected = [[shown(cell) for cell in row.values()] for row in rows_of(viewer)]
    assert [list(row.values()) for row in csv_rows(response)] == expected


def test_a_file_is_audited_with_what_was_asked_for(viewer: Client, records: list[RiskRecord]) -> None:
    viewer.get(f"{HISTORY}?format=csv&symbol=NIFTY&severity=HIGH")

    entry = AuditEntry.objects.get(action="risk_exported")
    assert entry.detail["filters"] == {"format": ["csv"], "symbol": ["NIFTY"], "severity": ["HIGH"]}


def test_a_file_ends_at_the_limit(viewer: Client, records: list[RiskRecord], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_views, "EXPORT_ROWS_AT_MOST", 10)
    monkeypatch.setattr(history_views, "ROWS_AT_A_TIME", 4)

    rows = csv_rows(viewer.get(f"{HISTORY}?format=csv"))

    assert [int(row["id"]) for row in rows] == sorted((row.pk for row in records), reverse=True)[:10]


def test_a_cell_is_never_a_formula(viewer: Client) -> None:
    store_record(make_instruments(("=1+1",))[0], record_id=64, instant=LONG_AGO)

    (row,) = csv_rows(viewer.get(f"{HISTORY}?format=csv"))

    assert row["symbol"] == "'=1+1"
