"""The instruments' list: what is found, what is told of each, and what is refused."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import make_user
from risk.models import ChainSummary, Instrument, SymbolAlias
from risk.tests.rows import LONG_AGO, make_instruments, store_latest
from risk.tests.test_views import make_run

pytestmark = pytest.mark.django_db
INSTRUMENTS = "/api/v1/instruments"


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


def found(viewer: Client, **query: Any) -> list[dict[str, Any]]:
    response = viewer.get(INSTRUMENTS, query)
    assert response.status_code == 200, response.content
    rows: list[dict[str, Any]] = response.json()["results"]
    return rows


def symbols(viewer: Client, **query: Any) -> list[str]:
    return [row["symbol"] for row in found(viewer, **query)]


def make(symbol: str, **facts: Any) -> Instrument:
    return Instrument.objects.create(symbol=symbol, **{"name": symbol.title(), "kind": "share", **facts})


def test_instruments_come_by_symbol_and_copies_are_none(viewer: Client) -> None:
    make_instruments()
    Instrument.with_copies.create(symbol="NIFTY@1", name="copy", kind="index", copy_of=make_instruments()[0])

    assert symbols(viewer) == sorted(Instrument.objects.values_list("symbol", flat=True))


def test_a_search_looks_at_symbol_name_and_alias(viewer: Client) -> None:
    make("ZQX1"), make("OTHER", name="The zqx company")
    SymbolAlias.objects.create(alias="ZQXALIAS", instrument=make("THIRD"), source="test")
    make("FOURTH")

    assert symbols(viewer, search="zqx") == ["OTHER", "THIRD", "ZQX1"]


def test_filters_narrow_the_list(viewer: Client) -> None:
    make("ZQX1", exchange="BSE"), make("ZQX2", kind="index"), make("ZQX3", is_active=False)

    assert symbols(viewer, search="ZQX", exchange="BSE") == ["ZQX1"]
    assert symbols(viewer, search="ZQX", kind="index") == ["ZQX2"]
    assert symbols(viewer, search="ZQX", active="false") == ["ZQX3"]
    assert symbols(viewer, search="ZQX", active="true") == ["ZQX1", "ZQX2"]


def test_an_instrument_tells_its_last_price_and_whether_it_has_chains(viewer: Client) -> None:
    instrument, run = make("ZQX1"), make_run("replay")
    SymbolAlias.objects.create(alias="B", instrument=instrument, source="test")
    SymbolAlias.objects.create(alias="A", instrument=instrument, source="test")
    store_latest(instrument, record_id=1, run=run.pk, instant=LONG_AGO)
    ChainSummary.objects.create(
        exchange="NSE", symbol="ZQX1", trading_date="2021-04-08", expiry="2021-04-29", observed_at=LONG_AGO
    )
    make("ZQX2")

    first, second = found(viewer, search="ZQX")

    # 2450.5 / 2400 - 1 = 2.1042 %, as in the message of the same record.
    last = {"price": 2450.5, "change_percent": 2.1042, "tick_time": "2021-04-08T04:59:59.700Z",
            "run": run.pk, "source": "replay"}  # fmt: skip
    assert first == {"symbol": "ZQX1", "name": "Zqx1", "exchange": "NSE", "kind": "share", "aliases": ["A", "B"],
                     "active": True, "last": last, "has_chain": True}  # fmt: skip
    assert (second["last"], second["has_chain"]) == (None, False)


def test_pages_follow_one_another(viewer: Client) -> None:
    for number in range(3):
        make(f"ZQX{number}")

    first = viewer.get(f"{INSTRUMENTS}?search=ZQX&page_size=2").json()
    second = viewer.get(first["next"]).json()

    assert [row["symbol"] for page in (first, second) for row in page["results"]] == ["ZQX0", "ZQX1", "ZQX2"]


@pytest.mark.parametrize("query", ["exchange=LSE", "kind=bond", "active=perhaps", "symbol=NIFTY", "page_size=501"])
def test_what_the_list_does_not_know_is_refused(viewer: Client, query: str) -> None:
    assert viewer.get(f"{INSTRUMENTS}?{query}").status_code == 400


@pytest.mark.parametrize("count", [1, 20])
def test_the_number_of_queries_of_the_list_does_not_grow(
    viewer: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        store_latest(make(f"ZQX{number}"), record_id=number + 1, run=make_run().pk, instant=LONG_AGO)

    with django_assert_num_queries(5):  # session, user; instruments with their last prices, aliases, sources
        found(viewer, search="ZQX")
