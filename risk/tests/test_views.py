from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import make_user
from risk.messages import stamp
from risk.quant.features import FEATURES
from risk.tests.rows import LONG_AGO, make_instruments, store_bar, store_latest, store_record
from streaming.models import FeedRun, FoldCursor
from streaming.tests.cursors import judge

pytestmark = pytest.mark.django_db

LIVE = "/api/v1/risk/live"
FIELDS = {
    "id", "run", "symbol", "risk_score", "severity", "state", "timestamp", "tick_time", "price", "change_percent",
    "expected_move", "protection_cost", "horizon_minutes", "source", "live",
}  # fmt: skip


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


def make_run(source: str = "simulated") -> FeedRun:
    lineage = {"simulated": "simulated", "replay": "recorded", "live": "live"}[source]
    return FeedRun.objects.create(
        source=source,
        lineage=lineage,
        description="test",
        started_at=timezone.now(),
        assignment={"members": {"0": []}, "copies": {}},
    )


@pytest.mark.parametrize("role", ["admin", "analyst", "viewer"])
def test_everyone_who_is_signed_in_reads_the_live_list(client: Client, role: str) -> None:
    client.force_login(make_user(role))
    run = make_run()
    for number, instrument in enumerate(make_instruments(), start=1):
        store_latest(instrument, record_id=number, run=run.pk)

    response = client.get(LIVE)

    assert response.status_code == 200
    assert set(response.json()) == {"results", "next", "previous", "feed"}
    assert {row["symbol"] for row in response.json()["results"]} == {"NIFTY", "RELIANCE", "M&M"}


@pytest.mark.parametrize("address", [LIVE, LIVE + "/", "/api/v1/risk/1"])
def test_nobody_reads_nothing(client: Client, address: str) -> None:
    response = client.get(address)

    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_a_row_is_in_the_units_of_the_message(viewer: Client) -> None:
    store_latest(make_instruments()[0], record_id=77, run=make_run().pk)

    (row,) = viewer.get(LIVE).json()["results"]

    assert set(row) == FIELDS
    assert (row["id"], row["risk_score"], row["severity"], row["source"]) == (77, 0.8125, "HIGH", "simulated")
    # 2450.5 / 2400 - 1 = 2.1042 %; moves and costs are stored as fractions and leave in percent.
    assert (row["price"], row["change_percent"]) == (2450.5, 2.1042)
    assert (row["expected_move"], row["protection_cost"], row["live"]) == (0.52, 0.171, False)
    assert row["timestamp"].endswith("Z")


@pytest.mark.parametrize(("state", "expected"), [("OK", "STALE"), ("PRIOR", "STALE"), ("CLOSED", "CLOSED")])
def test_a_value_that_nobody_judges_any_more_is_stale(viewer: Client, state: str, expected: str) -> None:
    old, run = timezone.now() - timedelta(minutes=5), make_run()
    judge(run, until=old)
    store_latest(make_instruments()[0], record_id=1, run=run.pk, instant=old, state=state)

    assert viewer.get(LIVE).json()["results"][0]["state"] == expected


def test_a_thin_symbol_is_what_the_pipeline_says_as_long_as_it_judges(viewer: Client) -> None:
    old, run = timezone.now() - timedelta(minutes=5), make_run()
    judge(run)
    store_latest(make_instruments()[0], record_id=1, run=run.pk, instant=old)

    assert viewer.get(LIVE).json()["results"][0]["state"] == "OK"


def test_a_value_of_an_earlier_run_is_stale_although_the_pipeline_judges(viewer: Client) -> None:
    earlier, old = make_run(), timezone.now() - timedelta(minutes=5)
    judge(make_run())
    store_latest(make_instruments()[0], record_id=1, run=earlier.pk, instant=old)

    assert viewer.get(LIVE).json()["results"][0]["state"] == "STALE"


@pytest.mark.parametrize("has_ended", [False, True])
def test_recorded_time_is_old_and_not_stale_for_that(viewer: Client, has_ended: bool) -> None:
    run = make_run("replay")
    FeedRun.objects.filter(pk=run.pk).update(ended_at=timezone.now() if has_ended else None)
    cursor = judge(run, until=LONG_AGO)
    if has_ended:
        FoldCursor.objects.filter(pk=cursor.pk).update(updated_at=timezone.now() - timedelta(days=1))
    store_latest(make_instruments()[0], record_id=1, run=run.pk, instant=LONG_AGO)

    assert viewer.get(LIVE).json()["results"][0]["state"] == "OK"


def test_a_replay_that_is_not_folded_on_goes_stale(viewer: Client) -> None:
    run = make_run("replay")
    cursor = judge(run, until=LONG_AGO)
    FoldCursor.objects.filter(pk=cursor.pk).update(updated_at=timezone.now() - timedelta(minutes=5))
    store_latest(make_instruments()[0], record_id=1, run=run.pk, instant=LONG_AGO)

    assert viewer.get(LIVE).json()["results"][0]["state"] == "STALE"


def test_the_answer_says_how_far_behind_it_is(viewer: Client) -> None:
    run, until = make_run(), timezone.now() - timedelta(seconds=30)
    judge(run, until=until)

    feed = viewer.get(LIVE).json()["feed"]

    assert (feed["run"], feed["source"], feed["judged_at"]) == (run.pk, "simulated", stamp(until))
    assert feed["behind_ms"] >= 30_000


def test_before_any_run_the_answer_says_that_nothing_is_judged(viewer: Client) -> None:
    assert viewer.get(LIVE).json()["feed"] == {"run": None, "source": None, "judged_at": None, "behind_ms": None}


@pytest.mark.parametrize("symbols", [("A",), tuple("ABCDEFGHIJ")])
def test_the_number_of_queries_does_not_grow(
    viewer: Client, symbols: tuple[str, ...], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = make_run()
    for number, instrument in enumerate(make_instruments(symbols), start=1):
        store_latest(instrument, record_id=number, run=run.pk)

    with django_assert_num_queries(6):  # session, user, rows, runs, configuration, cursors
        viewer.get(LIVE)


def test_pages_follow_one_another(viewer: Client) -> None:
    for number, instrument in enumerate(make_instruments(), start=1):
        store_latest(instrument, record_id=number)

    first = viewer.get(f"{LIVE}?page_size=2").json()
    second = viewer.get(first["next"]).json()

    assert [len(page["results"]) for page in (first, second)] == [2, 1]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query", ["page_size=0", "page_size=501", "page_size=x", "page_size=9999999999999", "page_size=²"]
)
def test_a_page_size_outside_the_cap_is_refused(viewer: Client, query: str) -> None:
    response = viewer.get(f"{LIVE}?{query}")

    assert (response.status_code, response.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("cursor", ["x", "cD14eA==", "bz0tMQ==", "cD1OYU4="])
def test_a_cursor_that_is_none_is_refused_and_never_an_error_of_ours(viewer: Client, cursor: str) -> None:
    assert viewer.get(f"{LIVE}?cursor={cursor}").status_code in {400, 404}


def test_a_record_is_read_as_it_was(viewer: Client) -> None:
    run = make_run("replay")
    store_record(make_instruments()[2], record_id=5, run=run.pk, instant=LONG_AGO)

    row = viewer.get("/api/v1/risk/5").json()

    assert (row["id"], row["symbol"], row["state"], row["source"]) == (5, "M&M", "OK", "replay")
    assert row["timestamp"] == "2021-04-08T05:00:00.000Z"


def test_a_record_says_why_and_shows_the_features_of_the_last_closed_minute(viewer: Client) -> None:
    instrument = make_instruments()[0]
    points = {"base": 0.3, "recent_moves": 0.4, "jump": 0.1125}
    store_record(instrument, record_id=5, run=8, instant=LONG_AGO, decomposition=points, model_version="m")
    for minutes, level in ((3, 3.0), (2, 2.0), (0, 9.0)):  # the last of them closes after the record
        cells = np.full((4, len(FEATURES)), level, dtype=np.float32)
        cells[0, 1] = np.nan
        start = LONG_AGO - timedelta(minutes=minutes)
        store_bar(instrument, run=8, minute=100 - minutes, start=start, features=cells.tobytes())

    row = viewer.get("/api/v1/risk/5").json()

    assert (row["decomposition"], row["model_version"], row["engine_version"]) == (points, "m", "test")
    assert row["features_at"] == "2021-04-08T04:59:00.000Z"
    reading = row["features"][FEATURES[0]]
    assert [reading[name] for name in ("value", "n", "coverage", "age")] == [2.0, 2.0, 2.0, 2.0]
    assert row["features"][FEATURES[1]]["value"] is None
    assert row["features"]["move_z_15"]["normal"] == 0.0
    assert row["features"]["move_z_15"]["unit"] == "deviations"


def test_a_feature_stands_in_its_rank_among_the_session_of_minutes_before_it(viewer: Client) -> None:
    instrument = make_instruments()[0]
    store_record(instrument, record_id=5, run=8, instant=LONG_AGO)
    for minutes in range(1, 42):  # the newest is 10.5, above the 10 of the 40 before it that are lower
        level = 10.5 if minutes == 1 else 42.0 - minutes
        cells = np.full((4, len(FEATURES)), level, dtype=np.float32)
        start = LONG_AGO - timedelta(minutes=minutes)
        store_bar(instrument, run=8, minute=100 - minutes, start=start, features=cells.tobytes())

    reading = viewer.get("/api/v1/risk/5").json()["features"]["rv_15"]

    assert (reading["rank"], reading["rank_minutes"]) == (10 / 40, 40)


@pytest.mark.parametrize("cells", [None, b"", b"1234"])
def test_a_minute_without_readable_features_shows_none(viewer: Client, cells: bytes | None) -> None:
    instrument = make_instruments()[0]
    store_record(instrument, record_id=5, run=8, instant=LONG_AGO)
    store_bar(instrument, run=8, minute=7, start=LONG_AGO - timedelta(minutes=1), features=cells)

    row = viewer.get("/api/v1/risk/5").json()

    assert (row["features"], row["decomposition"]) == ({}, None)


def test_a_record_that_is_not_there_is_missing(viewer: Client) -> None:
    response = viewer.get("/api/v1/risk/6")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_reading_is_all_one_can_do(viewer: Client) -> None:
    assert viewer.post(LIVE, {}).status_code in {403, 405}
