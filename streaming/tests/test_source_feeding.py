"""A real feed process follows what is chosen; what cannot be fed is said, and nothing else is fed in its place."""

import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from pytest_django import Settings

from accounts.tests.factories import make_user
from alerts.models import Alert
from audit.models import AuditEntry
from risk.tests.rows import make_instruments
from riskplatform.tests.processes import eventually
from streaming import probes
from streaming.feeds.simulated_market import SYMBOLS
from streaming.models import FeedRun, Heartbeat
from streaming.tests.feed_factories import steady_rows, write_rows
from streaming.tests.test_watchdog import HEALTHY
from streaming.tick_log import platform_log
from streaming.watching import Watch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus"), pytest.mark.timeout(600)]
SOURCE = "/api/v1/market/source"
STEADY = [*steady_rows("NIFTY", seconds=120), *steady_rows("M&M", seconds=120)]
PATIENCE = 120.0


def run_the_feed() -> None:
    call_command("run_feed")


@pytest.fixture
def recordings(settings: Settings, tmp_path: Path) -> Path:
    settings.RECORDINGS_DIR = tmp_path
    write_rows(tmp_path, STEADY)
    (tmp_path / "broken_2021-04-08.parquet").write_bytes(b"PAR1 and no more")
    return tmp_path


@pytest.fixture
def feed(recordings: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    """The feed's own process on the real stores."""
    make_instruments(SYMBOLS)
    connections.close_all()  # the child opens its own
    process = multiprocessing.get_context("fork").Process(target=run_the_feed)
    process.start()
    yield process
    if process.is_alive():
        process.kill()
    process.join()


@pytest.fixture
def admin(client: Client, feed: object) -> Client:
    client.force_login(make_user("admin"))
    return client


def shown(admin: Client) -> dict[str, Any]:
    answer: dict[str, Any] = admin.get(SOURCE).json()
    return answer


def choose(admin: Client, **choice: Any) -> dict[str, Any]:
    response = admin.put(SOURCE, {"reason": "a test", **choice}, content_type="application/json")
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def runs() -> list[tuple[str, str]]:
    return list(FeedRun.objects.order_by("id").values_list("source", "end_reason"))


def wait_for(admin: Client, state: str) -> dict[str, Any]:
    assert eventually(lambda: shown(admin)["state"] == state, seconds=PATIENCE), shown(admin)
    return shown(admin)


def test_the_running_feed_takes_up_a_replay_and_waits_after_it(
    admin: Client, feed: multiprocessing.process.BaseProcess
) -> None:
    begun = wait_for(admin, "running")
    assert (begun["version"], begun["mode"], begun["running"]["source"]) == (0, "demo", "simulated")

    choose(admin, mode="replay", replay={"file": "ticks_2021-04-08.parquet", "speed": "max"})
    over = wait_for(admin, "finished")

    assert runs() == [("simulated", "source changed"), ("replay", "finished")]
    run = FeedRun.objects.get(source="replay")
    assert (run.ticks_read, run.ticks_accepted, run.description) == (240, 240, "ticks_2021-04-08.parquet")
    assert (over["running"], over["problem"]) == (None, None)
    assert eventually(lambda: Heartbeat.objects.get(name="feed").detail == {"run": None, "choice": 1}, seconds=PATIENCE)
    assert len(runs()) == 2  # no simulator comes in by itself

    feed.terminate()
    feed.join(20)
    assert feed.exitcode == 0


def test_the_same_recording_chosen_again_is_replayed_again(admin: Client) -> None:
    for version in (1, 2):
        choose(admin, mode="replay", replay={"file": "ticks_2021-04-08.parquet", "speed": "max"})
        assert wait_for(admin, "finished")["version"] == version

    assert [source for source, _ in runs()].count("replay") == 2


def test_a_recording_that_cannot_be_read_is_said_and_nothing_else_is_fed(admin: Client, tmp_path: Path) -> None:
    wait_for(admin, "running")

    choose(admin, mode="replay", replay={"file": "broken_2021-04-08.parquet", "speed": 10})
    failed = wait_for(admin, "failed")

    assert "without its footer" in failed["problem"]
    assert failed["running"] is None
    time.sleep(2.0)  # long enough for a feed that falls back to have opened a run
    assert runs() == [("simulated", "source changed")]
    assert AuditEntry.objects.filter(action="source_failed").count() == 1
    probe = probes.probe_feed()
    assert (probe.status, "without its footer" in probe.detail) == ("degraded", True)
    Watch(requests=tmp_path, started=-1_000.0).look(HEALTHY, now=100.0)
    alert = Alert.objects.firing().get()
    assert alert.rule == "feed_stopped"
    assert alert.summary.startswith("The chosen source cannot be fed: broken_2021-04-08.parquet")

    choose(admin, mode="demo")
    wait_for(admin, "running")
    Watch(requests=tmp_path, started=-1_000.0).look(HEALTHY, now=110.0)
    assert not Alert.objects.firing().exists()


def test_chosen_symbols_are_fed_alone(admin: Client) -> None:
    wait_for(admin, "running")
    chosen = {one.pk for one in make_instruments(("NIFTY", "INFY"))}

    assert choose(admin, mode="demo", symbols=["INFY", "NIFTY"])["symbols"] == ["NIFTY", "INFY"]
    running = wait_for(admin, "running")["running"]

    assert (running["follows_choice"], running["description"]) == (True, "simulated market, seed 1973, 2 symbols")
    assert eventually(lambda: ticks_of(running["run"]) >= chosen, seconds=PATIENCE)
    assert ticks_of(running["run"]) == chosen


def ticks_of(run: int) -> set[int]:
    entries = platform_log().read_all({0: f"{run}-0"}, count=1_000).get(0, [])
    return {int(number) for entry in entries for number in entry.ticks["instrument"]}
