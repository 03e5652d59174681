import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.tests.factories import make_user
from risk.quant.calendar import IST
from risk.tests.rows import LONG_AGO, make_instruments, store_latest
from streaming.models import FeedRun, FoldCursor
from streaming.tests.cursors import judge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


def make_run(source: str = "simulated") -> FeedRun:
    return FeedRun.objects.create(
        source=source,
        lineage="simulated",
        description="test",
        started_at=timezone.now(),
        assignment={"members": {"0": []}, "copies": {}},
    )


def row_of(page: str, symbol: str) -> str:
    found = re.search(rf'<tr data-symbol="{symbol}".*?</tr>', page, re.S)
    assert found
    return found[0]


def test_nobody_is_sent_to_the_sign_in_page(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/login?next=/"


@pytest.mark.parametrize("role", ["admin", "analyst", "viewer"])
def test_everyone_who_is_signed_in_sees_the_table(client: Client, role: str) -> None:
    client.force_login(make_user(role))

    response = client.get("/")

    assert response.status_code == 200
    assert "Live risk" in response.text


def test_a_row_is_readable_without_javascript(viewer: Client) -> None:
    nifty, *_ = make_instruments()
    store_latest(nifty, record_id=1, run=make_run().pk)

    row = row_of(viewer.get("/").text, "NIFTY")

    for text in ("2,450.50", "▲ +2.10", "0.812", "HIGH", "± 0.52", "0.171", "OK"):
        assert text in row


def test_an_awkward_symbol_is_escaped(viewer: Client) -> None:
    *_, mahindra = make_instruments()
    store_latest(mahindra, record_id=1, run=make_run().pk)

    row = row_of(viewer.get("/").text, "M&amp;M")

    kept = re.search(r'data-record="([^"]*)"', row)
    assert kept
    assert json.loads(kept[1].replace("&quot;", '"').replace("&amp;", "&"))["symbol"] == "M&M"


def test_an_instrument_without_a_score_says_so(viewer: Client) -> None:
    make_instruments()

    assert "NO DATA" in row_of(viewer.get("/").text, "RELIANCE")


@pytest.mark.parametrize(("source", "badge"), [("simulated", "SIMULATED"), ("replay", "REPLAY"), ("live", "LIVE DATA")])
def test_the_source_is_a_visible_badge(viewer: Client, source: str, badge: str) -> None:
    make_run(source)

    assert f'class="badge {source}">{badge}<' in viewer.get("/").text


def test_an_old_value_is_stale_on_the_first_paint(viewer: Client) -> None:
    nifty, *_ = make_instruments()
    store_latest(nifty, record_id=1, run=make_run().pk, instant=timezone.now() - timedelta(minutes=5))

    assert "STALE" in row_of(viewer.get("/").text, "NIFTY")


def test_a_thin_symbol_is_what_the_pipeline_says_as_long_as_it_judges(viewer: Client) -> None:
    nifty, *_ = make_instruments()
    run = make_run()
    judge(run)
    store_latest(nifty, record_id=1, run=run.pk, instant=timezone.now() - timedelta(minutes=5))

    assert "STALE" not in row_of(viewer.get("/").text, "NIFTY")


def test_what_another_feed_left_behind_says_so(viewer: Client) -> None:
    nifty, *_ = make_instruments()
    store_latest(nifty, record_id=1, run=make_run("simulated").pk)
    make_run("replay")

    row = row_of(viewer.get("/").text, "NIFTY")

    assert 'class="stale"' in row
    assert ">SIMULATED<" in row


def test_a_replayed_value_is_not_stale_for_being_old(viewer: Client) -> None:
    nifty, *_ = make_instruments()
    run = make_run("replay")
    judge(run, until=LONG_AGO)
    store_latest(nifty, record_id=1, run=run.pk, instant=LONG_AGO)

    assert "STALE" not in row_of(viewer.get("/").text, "NIFTY")


@pytest.mark.parametrize("address", ["/", "/login", "/no-such-page"])
def test_pages_carry_no_inline_script_or_style(client: Client, address: str) -> None:
    if address == "/":
        client.force_login(make_user())

    page = client.get(address).text

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def test_the_page_needs_a_fixed_number_of_queries(
    viewer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number, instrument in enumerate(make_instruments(tuple("ABCDEFGH")), start=1):
        store_latest(instrument, record_id=number, run=make_run().pk)

    with django_assert_max_num_queries(10):
        viewer.get("/")


def test_a_pipeline_without_its_log_is_said_on_the_page_with_the_last_commit(
    viewer: Client, settings: Settings
) -> None:
    make_run()
    committed = FoldCursor.objects.create(partition=0).updated_at
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    page = viewer.get("/").text

    moment = committed.astimezone(IST).strftime("%-d %b %Y, %H:%M:%S IST")
    assert f"Pipeline stopped since {moment}: the tick log does not answer." in page
    assert 'role="alert" hidden' not in page


def test_a_pipeline_that_runs_has_no_banner(viewer: Client) -> None:
    assert "Pipeline stopped" not in viewer.get("/").text
