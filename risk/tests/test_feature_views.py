"""Features against their normal: the range of the symbol's own earlier minutes."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import make_user
from risk.quant.features import FEATURES
from risk.tests.rows import LONG_AGO, make_instruments, store_bar, store_latest
from risk.tests.test_views import make_run

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/risk/features"


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


def read(viewer: Client, **query: Any) -> dict[str, Any]:
    response = viewer.get(ADDRESS, query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def cells(first: float) -> bytes:
    """Stored features of a minute: the first has this value, the others are not known."""
    table = np.full((4, len(FEATURES)), np.nan, dtype=np.float32)
    table[0, 0], table[1:3] = first, 1.0
    return table.tobytes()


def store_minutes(values: list[float]) -> int:
    run, instrument = make_run().pk, make_instruments()[0]
    for number, value in enumerate(values):
        at = LONG_AGO + timedelta(minutes=number)
        store_bar(instrument, run=run, minute=number, start=at, features=cells(value))
    store_latest(instrument, record_id=1, run=run, instant=LONG_AGO)
    return run


def test_a_feature_is_shown_beside_the_range_of_its_earlier_minutes(viewer: Client) -> None:
    run = store_minutes([float(value) for value in range(101)] + [75.0])

    answer = read(viewer, symbol="NIFTY")

    # Of 0 to 100 in steps of 1 the tenths are 10 and 90, the median 50; 75 of 101 values are lower, one is equal.
    first = answer["features"][0]
    assert (answer["run"], answer["at"]) == (run, "2021-04-08T06:42:00.000Z")
    assert (first["name"], first["value"]) == (FEATURES[0], 75.0)
    assert first["normal"] == {"median": 50.0, "low": pytest.approx(10.0), "high": pytest.approx(90.0), "minutes": 101}
    assert first["place"] == pytest.approx(75.5 / 101)
    assert len(answer["features"]) == len(FEATURES)


def test_what_earlier_minutes_did_not_know_has_no_normal(viewer: Client) -> None:
    store_minutes([1.0] * 40)

    second = read(viewer, symbol="NIFTY")["features"][1]

    assert (second["value"], second["normal"], second["place"]) == (None, None, None)


def test_a_few_minutes_are_no_normal(viewer: Client) -> None:
    store_minutes([1.0] * 30)  # the newest and 29 before it

    assert read(viewer, symbol="NIFTY")["features"][0]["normal"] is None


def test_without_a_minute_there_are_no_features(viewer: Client) -> None:
    make_instruments()

    assert read(viewer, symbol="NIFTY") == {"symbol": "NIFTY", "run": None, "source": None, "at": None, "features": []}


@pytest.mark.parametrize("query", ["", "symbol=ATLANTIS", "symbol=NIFTY&minutes=3"])
def test_what_cannot_be_meant_is_refused(viewer: Client, query: str) -> None:
    assert viewer.get(f"{ADDRESS}?{query}").status_code == 400


@pytest.mark.parametrize("minutes", [2, 60])
def test_the_number_of_queries_does_not_grow(
    viewer: Client, minutes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    store_minutes([1.0] * minutes)

    with django_assert_num_queries(7):  # session, user; symbol (by the filter, by the view), its run, minutes, source
        read(viewer, symbol="NIFTY")
