"""The operators' board, with and without what it asks about."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.tests.factories import make_user
from audit import services as audit
from risk.models import ConfigAdoption, ConfigVersion, MinuteBar
from risk.tests.rows import LONG_AGO, make_instruments, store_bar
from streaming import services
from streaming.figures import size
from streaming.models import FeedRun, FoldCursor, Heartbeat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


def make_run(**changes: object) -> FeedRun:
    facts = {"source": "simulated", "lineage": "simulated", "description": "a <b>market</b>", **changes}
    members: dict[str, Any] = {"members": {"0": [], "1": []}, "copies": {}}
    return FeedRun.objects.create(started_at=timezone.now(), assignment=members, **facts)


def board(role: str = "analyst") -> str:
    client = Client()
    client.force_login(make_user(role))
    return client.get("/status").text


def row(page: str, name: str) -> str:
    found = re.search(rf'<tr>\s*<th scope="row"><b>{re.escape(name)}</b>.*?</tr>', page, re.S)
    assert found, name
    return found[0]


def fact(page: str, name: str) -> str:
    found = re.search(rf"<dt>{re.escape(name)}</dt><dd>(.*?)</dd>", page, re.S)
    assert found, name
    return found[1]


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 200), ("viewer", 403)])
def test_operators_see_the_board(client: Client, role: str, status: int) -> None:
    client.force_login(make_user(role))

    assert client.get("/status").status_code == status
    assert ('href="/status"' in client.get("/").text) is (status == 200)


def test_a_platform_that_has_not_begun_says_unknown_and_invents_nothing() -> None:
    page = board()

    for name in ("worker, partition 0", "watchdog", "feed", "beat"):
        assert "? unknown" in row(page, name), name
    assert "NO DATA" in page and "There was no feed yet" in page
    assert "Needs eyes: feed, beat, worker, partition 0, watchdog" in page


def test_a_process_that_reports_is_ok_and_says_since_when_it_runs() -> None:
    make_run()
    services.beat_worker(0, position="1-5")

    line = row(board(), "worker, partition 0")

    assert "● OK" in line and re.search(r"\d s ago", line) and "unknown" not in line


def test_a_silent_process_is_lost_since_its_last_beat(settings: Settings) -> None:
    make_run()
    services.beat("watchdog")
    silent = timezone.now() - timedelta(seconds=settings.PIPELINE_STALLED_AFTER_SECONDS + 40)
    Heartbeat.objects.update(beat_at=silent)

    line = row(board(), "watchdog")

    assert "▲ lost" in line and re.search(r"silent for 5[5-9] s", line)


def test_a_running_feed_says_what_it_refused_by_reason() -> None:
    run = make_run()
    services.beat("feed", run=run.pk, read=120_000, accepted=119_990, refused={"late": 7, "duplicate": 3}, warned={})

    page = board()

    assert fact(page, "Ticks read") == "1,20,000" and fact(page, "Refused") == "late: 7, duplicate: 3"
    assert fact(page, "Accepted with a warning") == "none"
    assert "a &lt;b&gt;market&lt;/b&gt;" in page and "<b>market" not in page


def test_the_account_of_another_run_is_not_this_ones() -> None:
    run = make_run()
    services.beat("feed", run=run.pk + 1, read=5, accepted=5, refused={}, warned={})

    assert fact(board(), "Refused") == "unknown" and fact(board("admin"), "Ticks read") == "unknown"


def test_a_feed_that_has_ended_says_why() -> None:
    make_run(ended_at=timezone.now(), end_reason="end of file", ticks_read=10, ticks_accepted=9, refused={"late": 1})

    page = board()

    assert "ended: end of file" in row(page, "feed") and fact(page, "Refused") == "late: 1"


def test_ticks_per_second_are_of_the_last_closed_minute() -> None:
    run, (nifty, other, _) = make_run(), make_instruments()
    for instrument, minute, ticks in ((nifty, 5, 60), (nifty, 6, 120), (other, 6, 180)):
        bar = store_bar(instrument, run=run.pk, minute=minute, start=LONG_AGO + timedelta(minutes=minute))
        MinuteBar.objects.filter(pk=bar.pk).update(ticks=ticks)

    assert fact(board(), "Ticks per second").startswith("5.0 ")  # (120 + 180) / 60


def test_partitions_say_their_version_and_how_far_they_are() -> None:
    run = make_run()
    FoldCursor.objects.create(partition=0, run=run, position="1-7", records_written=1234)
    newest = ConfigVersion.objects.first() or ConfigVersion.objects.create(
        number=1, values={}, created_at=run.started_at
    )
    ConfigAdoption.objects.create(run=run.pk, partition=0, instant=1, version=newest)

    page = board()

    line = row(page, "Partition 0")
    assert "1-7" in line and "1,234" in line and "none" in line
    assert "unknown" in row(page, "Partition 1")
    assert fact(page, "Partition 0 uses") == f"{newest.number}, of run {run.pk}"


def test_without_the_log_its_facts_are_unknown_and_the_rest_is_shown(settings: Settings) -> None:
    make_run()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    page = board()

    assert "▲ lost" in row(page, "tick log and bus") and "? unknown" in row(page, "beat")
    assert fact(page, "Queues").startswith("unknown")
    assert "● OK" in row(page, "database")


def test_the_audit_chain_says_up_to_where_it_was_verified_and_signed() -> None:
    audit.record(action="tested")
    assert fact(board("admin"), "Verified and signed") == "not yet"

    signed = audit.checkpoint()

    assert signed and fact(board(), "Verified and signed").startswith(f"up to entry {signed.sequence}, ")


def test_the_page_reloads_itself_without_javascript_and_carries_no_inline_script() -> None:
    page = board()

    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def test_the_board_takes_few_queries(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    make_run()
    client.force_login(make_user("analyst"))

    with django_assert_max_num_queries(24):
        client.get("/status")


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_960, "1.0 MB"),
                                             (3_400_000, "3.4 MB"), (2.5e12, "2.5 TB")])  # fmt: skip
def test_sizes_are_in_powers_of_a_thousand(count: float, text: str) -> None:
    assert size(count) == text
