"""Minutes for charts against the raw records and bars that were stored."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import make_user
from risk.models import Instrument, MinuteBar
from risk.tests.rows import LONG_AGO, make_instruments, store_latest, store_record
from risk.tests.test_stats_views import store_session
from risk.tests.test_views import make_run

pytestmark = pytest.mark.django_db
TREND, BARS = "/api/v1/risk/trend", "/api/v1/risk/bars"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


def read(viewer: Client, address: str, **query: Any) -> dict[str, Any]:
    response = viewer.get(address, query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def store_minute(instrument: Instrument, run: int, number: int, **changes: Any) -> MinuteBar:
    """Store a minute whose prices follow from its number: open 100 + n, high 110 + n, low 90 - n, close 101 + n."""
    facts: dict[str, Any] = {
        "open": 100 + number, "high": 110 + number, "low": 90 - number, "close": 101 + number,
        "volume": 10.0 + number, "ticks": 1 + number,
    }  # fmt: skip
    prices = {name: Decimal(facts.pop(name)) for name in ("open", "high", "low", "close")}
    return MinuteBar.objects.create(
        lineage="recorded", run=run, instrument=instrument, session=20210408, minute=number,
        start=LONG_AGO + number * MINUTE, **prices, **{**facts, **changes},
    )  # fmt: skip


def test_before_the_first_minute_there_is_no_trend(viewer: Client) -> None:
    assert read(viewer, TREND) == {
        "run": None, "source": None, "from": None, "to": None, "minutes": 60, "symbols": [],
    }  # fmt: skip


def test_a_trend_is_the_last_score_of_each_minute(viewer: Client) -> None:
    run = make_run("replay")
    stored = store_session(run.pk, minutes=90)
    nifty, reliance, _ = make_instruments()

    answer = read(viewer, TREND, symbol="RELIANCE,NIFTY", minutes=30)

    assert (answer["run"], answer["source"], answer["minutes"]) == (run.pk, "replay", 30)
    assert (answer["from"], answer["to"]) == ("2021-04-08T06:00:00.000Z", "2021-04-08T06:30:00.000Z")
    expected = {
        one.symbol: [row.score for row in stored if row.instrument_id == one.pk][-30:] for one in (nifty, reliance)
    }
    assert {row["symbol"]: row["closes"] for row in answer["symbols"]} == expected


def test_a_minute_without_a_record_is_a_hole_in_the_trend(viewer: Client) -> None:
    run, (first, second, _) = make_run().pk, make_instruments()
    for number, instrument in ((0, first), (2, first), (1, second)):
        store_record(instrument, record_id=64 + number, run=run, instant=LONG_AGO + number * MINUTE, score=0.25)
    store_latest(first, record_id=66, run=run, instant=LONG_AGO + 2 * MINUTE)

    answer = read(viewer, TREND, symbol=f"{first.symbol},{second.symbol}", minutes=3)

    closes = {row["symbol"]: row["closes"] for row in answer["symbols"]}
    assert closes == {first.symbol: [0.25, None, 0.25], second.symbol: [None, 0.25, None]}


def test_without_symbols_the_trend_is_of_every_active_one(viewer: Client) -> None:
    store_session(make_run().pk, minutes=3)
    active = list(Instrument.objects.filter(is_active=True).order_by("id").values_list("symbol", flat=True))

    assert [row["symbol"] for row in read(viewer, TREND, minutes=2)["symbols"]] == active


def test_a_bar_has_the_first_open_the_extremes_the_last_close_and_the_sum_of_volumes(viewer: Client) -> None:
    run, instrument = make_run(), make_instruments()[0]
    for number in range(7):
        store_minute(instrument, run.pk, number)
    store_record(instrument, record_id=64, run=run.pk, instant=LONG_AGO + timedelta(seconds=61), score=0.5)
    store_record(instrument, record_id=128, run=run.pk, instant=LONG_AGO + timedelta(seconds=119), score=0.625)
    store_latest(instrument, record_id=128, run=run.pk, instant=LONG_AGO + timedelta(seconds=119))

    answer = read(viewer, BARS, symbol=instrument.symbol, bucket=5)

    assert (answer["symbol"], answer["run"], answer["source"]) == (instrument.symbol, run.pk, "simulated")
    # By hand from the minutes 0 to 4 and 5 to 6; volumes 10+11+12+13+14 and 15+16, ticks 1+2+3+4+5 and 6+7.
    assert answer["bars"] == [
        {"start": "2021-04-08T05:00:00.000Z", "open": 100.0, "high": 114.0, "low": 86.0, "close": 105.0,
         "volume": 60.0, "ticks": 15, "score": 0.625, "is_warm_up": False},
        {"start": "2021-04-08T05:05:00.000Z", "open": 105.0, "high": 116.0, "low": 84.0, "close": 107.0,
         "volume": 31.0, "ticks": 13, "score": None, "is_warm_up": False},
    ]  # fmt: skip


def test_an_unknown_volume_and_a_warm_up_minute_are_told(viewer: Client) -> None:
    run, instrument = make_run(), make_instruments()[0]
    store_minute(instrument, run.pk, 0, volume=None, is_warm_up=True)
    store_latest(instrument, record_id=1, run=run.pk, instant=LONG_AGO)

    (bar,) = read(viewer, BARS, symbol=instrument.symbol)["bars"]

    assert (bar["volume"], bar["is_warm_up"]) == (None, True)


def test_bars_are_of_one_run_and_of_the_range_that_is_asked_for(viewer: Client) -> None:
    earlier, run, instrument = make_run(), make_run(), make_instruments()[0]
    store_minute(instrument, earlier.pk, 1)
    for number in range(4):
        store_minute(instrument, run.pk, number)
    store_latest(instrument, record_id=1, run=run.pk, instant=LONG_AGO)
    limits = {"from": "2021-04-08T05:01:00Z", "to": "2021-04-08T05:03:00Z"}

    newest = read(viewer, BARS, symbol=instrument.symbol, **limits)
    older = read(viewer, BARS, symbol=instrument.symbol, run=earlier.pk)

    assert [bar["open"] for bar in newest["bars"]] == [101.0, 102.0]
    assert (older["run"], len(older["bars"])) == (earlier.pk, 1)


@pytest.mark.parametrize(
    ("address", "query", "status"),
    [
        (TREND, "minutes=0", 400),
        (TREND, "minutes=376", 400),
        (TREND, "symbol=ATLANTIS", 400),
        (TREND, "hours=2", 400),
        (TREND, "run=999", 404),
        (BARS, "", 400),
        (BARS, "symbol=ATLANTIS", 400),
        (BARS, "symbol=NIFTY&bucket=2", 400),
        (BARS, "symbol=NIFTY&from=2021-04-08T05:00:00Z&to=2021-04-08T05:00:00Z", 400),
        (BARS, "symbol=NIFTY&page_size=3", 400),
        (BARS, "symbol=NIFTY&run=999", 404),
    ],
)
def test_what_cannot_be_meant_is_refused(viewer: Client, address: str, query: str, status: int) -> None:
    make_instruments()

    response = viewer.get(f"{address}?{query}")

    assert (response.status_code, bool(response.json()["detail"])) == (status, True)


@pytest.mark.parametrize("minutes", [2, 40])
def test_the_number_of_queries_for_charts_does_not_grow(
    viewer: Client, minutes: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    run, instrument = make_run("replay").pk, make_instruments()[0]
    store_session(run, minutes=minutes)
    for number in range(minutes):
        store_minute(instrument, run, number)

    with django_assert_max_num_queries(7):  # session, user; newest run, last minute, symbols, minutes, source
        read(viewer, TREND)
    with django_assert_max_num_queries(
        9
    ):  # session, user; symbol (by the filter, by the view), its run, last bar, bars, scores, source
        read(viewer, BARS, symbol=instrument.symbol)
