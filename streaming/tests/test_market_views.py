"""The market's addresses: what is told of it, and who may choose what."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from accounts.tests.factories import make_user
from audit.models import AuditEntry
from risk.messages import stamp
from risk.tests.rows import LONG_AGO, make_instruments, store_latest
from risk.tests.test_views import make_run
from riskplatform.lib import broadcast
from streaming import services, socket_facts
from streaming import source_services as sources
from streaming.models import FeedRun, SourceOutcome, SourceVersion
from streaming.source_services import Wish
from streaming.tests.cursors import judge
from streaming.tests.feed_factories import steady_rows, write_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
SOURCE, STATUS = "/api/v1/market/source", "/api/v1/market/status"
RECORDING = "ticks_2021-04-08.parquet"


@pytest.fixture(autouse=True)
def recordings(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    folder.mkdir()
    settings.RECORDINGS_DIR = folder
    write_rows(folder, steady_rows("NIFTY", seconds=3))
    (tmp_path / "secret_2021-04-08.csv").write_text("symbol,ts_ist,ltp\n")
    return folder


@pytest.fixture
def boss() -> User:
    return make_user("admin")


@pytest.fixture
def admin(client: Client, boss: User) -> Client:
    client.force_login(boss)
    return client


@pytest.fixture
def viewer() -> Client:
    client = Client()
    client.force_login(make_user("viewer"))
    return client


def put(client: Client, **choice: Any) -> Any:
    return client.put(SOURCE, {"reason": "a test", **choice}, content_type="application/json")


def replayed(**changes: Any) -> dict[str, Any]:
    return {"mode": "replay", "replay": {"file": RECORDING, "speed": "max", **changes}}


def test_before_anybody_chose_the_simulated_market_is_to_be_fed(viewer: Client) -> None:
    answer = viewer.get(SOURCE).json()

    assert (answer["version"], answer["mode"], answer["symbols"], answer["state"]) == (0, "demo", [], "pending")
    assert (answer["running"], answer["chosen_by"], answer["most_symbols"]) == (None, None, 20)


def test_everyone_reads_the_source_and_administrators_choose_it(client: Client, viewer: Client) -> None:
    analyst = Client()
    analyst.force_login(make_user("analyst"))

    assert (client.get(SOURCE).status_code, viewer.get(SOURCE).status_code) == (401, 200)
    assert [put(one, mode="demo").status_code for one in (client, viewer, analyst)] == [401, 403, 403]
    assert not SourceVersion.objects.exists()


def test_a_choice_is_a_version_audited_and_sent(
    admin: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_instruments()
    sent: list[Any] = []
    monkeypatch.setattr(broadcast, "publish", lambda kind, messages: sent.append((kind, messages)))

    with django_capture_on_commit_callbacks(execute=True):
        answer = put(admin, **replayed(speed=10), symbols=["M&M", "NIFTY"]).json()

    assert answer["replay"] == {"file": RECORDING, "speed": 10.0}
    assert (answer["version"], answer["chosen_by"], answer["reason"], answer["state"]) == (
        1, "admin", "a test", "pending",
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="source_chosen")
    assert entry.detail == {
        "version": 1, "reason": "a test", "mode": "replay", "symbols": ["NIFTY", "M&M"], "recording": RECORDING,
        "speed": "10",
    }  # fmt: skip
    message = {"version": 1, "mode": "replay", "symbols": ["NIFTY", "M&M"], "recording": RECORDING, "speed": "10",
               "state": None, "problem": None}  # fmt: skip
    assert sent == [("source", [message])]


def test_live_is_refused_until_there_is_a_provider(admin: Client) -> None:
    response = put(admin, mode="live")

    assert (response.status_code, response.json()["code"]) == (409, "no_live_provider")
    live = next(mode for mode in admin.get(SOURCE).json()["modes"] if mode["mode"] == "live")
    assert (live["available"], bool(live["reason"])) == (False, True)


def test_two_authors_do_not_overwrite_one_another(admin: Client) -> None:
    assert put(admin, mode="demo", based_on=0).status_code == 200

    response = put(admin, mode="demo", based_on=0)

    assert (response.status_code, response.json()["code"]) == (409, "source_moved")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../secret_2021-04-08.csv", "recording_not_found"),
        ("/etc/passwd", "recording_not_found"),
        ("nothing_2021-04-08.csv", "recording_not_found"),
        ("notes.txt", "recording_not_found"),
        (f"./{RECORDING}", "recording_not_found"),
        ("ticks" * 40, "recording_not_found"),
        ("undated.csv", "recording_unusable"),
        ("ticks_2021-04-10.csv", "recording_unusable"),  # a Saturday
        ("empty_2021-04-08.csv", "recording_unusable"),
    ],
)
def test_only_usable_recordings_of_the_directory_are_taken(
    admin: Client, recordings: Path, name: str, code: str
) -> None:
    for file in ("undated.csv", "ticks_2021-04-10.csv", "notes.txt"):
        (recordings / file).write_text("symbol,ts_ist,ltp\n")
    (recordings / "empty_2021-04-08.csv").write_bytes(b"")

    response = put(admin, **replayed(file=name))

    assert (response.status_code, response.json()["code"]) == (400, code)


def test_recordings_are_listed_with_what_is_wrong_with_them(viewer: Client, recordings: Path) -> None:
    (recordings / "undated.csv").write_text("symbol,ts_ist,ltp\n")
    (recordings / "notes.txt").write_text("no recording")

    found = {row["file"]: row for row in viewer.get(SOURCE).json()["recordings"]}

    assert set(found) == {RECORDING, "undated.csv"}
    assert (found[RECORDING]["day"], found[RECORDING]["problem"]) == ("2021-04-08", None)
    assert found[RECORDING]["size_bytes"] == (recordings / RECORDING).stat().st_size
    assert "holds no date" in found["undated.csv"]["problem"]


def test_a_directory_that_is_not_there_is_said(viewer: Client, settings: Settings, tmp_path: Path) -> None:
    settings.RECORDINGS_DIR = tmp_path / "absent"

    answer = viewer.get(SOURCE).json()

    assert (answer["recordings"], answer["recordings_problem"]) == ([], "RECORDINGS_DIR is no directory.")


@pytest.mark.parametrize(
    "choice",
    [
        {"mode": "paper"},
        {"mode": "replay"},
        {"mode": "demo", "replay": {"file": RECORDING, "speed": "max"}},
        replayed(speed=0.5),
        replayed(speed=61),
        replayed(speed=True),
        replayed(speed="10"),
        replayed(pace=1),
        {"mode": "demo", "symbols": ["ATLANTIS"]},
        {"mode": "demo", "symbols": ["NOT-SIMULATED"]},
        {"mode": "demo", "symbols": [f"S{number}" for number in range(21)]},
        {"mode": "demo", "reason": ""},
        {"mode": "demo", "speed": 2},
    ],
)
def test_a_choice_that_cannot_be_meant_is_refused(admin: Client, choice: dict[str, Any]) -> None:
    make_instruments(("NIFTY", "NOT-SIMULATED", *(f"S{number}" for number in range(21))))

    assert put(admin, **choice).status_code == 400
    assert not SourceVersion.objects.exists()


def test_what_the_feed_made_of_a_choice_is_shown(viewer: Client, boss: User) -> None:
    version = sources.choose(Wish("replay", (), RECORDING, "max"), reason="test", by=boss)
    run = make_run("replay")
    judge(run, until=LONG_AGO)
    services.beat("feed", run=run.pk, choice=version.number)
    first = int(LONG_AGO.timestamp()) * 1_000_000
    log_time = viewer.get(SOURCE).json()["running"]["log_time"]
    sources.report(version, SourceOutcome.State.RUNNING, first_us=first - 600_000_000, last_us=first + 600_000_000)

    running = viewer.get(SOURCE).json()["running"]

    assert (running["run"], running["source"], running["follows_choice"]) == (run.pk, "replay", True)
    assert (running["first"], running["last"]) == ("2021-04-08T04:50:00.000Z", "2021-04-08T05:10:00.000Z")
    assert running["log_time"] == log_time

    FeedRun.objects.filter(pk=run.pk).update(ended_at=LONG_AGO)
    sources.report(version, SourceOutcome.State.FINISHED)
    after = viewer.get(SOURCE).json()
    assert (after["state"], after["running"]) == ("finished", None)


def test_a_feed_that_its_command_line_fixes_does_not_follow_the_choice(viewer: Client, boss: User) -> None:
    sources.choose(Wish("demo"), reason="test", by=boss)
    run = make_run("live")
    services.beat("feed", run=run.pk, choice=None)

    running = viewer.get(SOURCE).json()["running"]

    assert (running["source"], running["follows_choice"]) == ("live", False)


def test_the_status_tells_the_exchange_s_day_by_the_wall_clock(viewer: Client) -> None:
    # 15:00 in India on a Friday under the hours before August 2026: open until 15:30, half an hour.
    with time_machine.travel(datetime(2026, 1, 30, 9, 30, tzinfo=UTC), tick=False):
        viewer.force_login(User.objects.get(username="viewer"))
        answer = viewer.get(STATUS).json()

    nse, bse = answer["exchanges"]
    assert (nse["exchange"], bse["exchange"]) == ("NSE", "BSE")
    assert (nse["phase"], nse["next_phase"], nse["seconds_to_next"]) == ("open", "closed", 1_800)
    assert (nse["now_ist"], nse["is_trading_day"], nse["day"]) == ("15:00:00", True, "2026-01-30")
    assert {"name": "open", "starts_at": "2026-01-30T03:45:00.000Z", "ends_at": "2026-01-30T10:00:00.000Z",
            "starts_ist": "09:15", "ends_ist": "15:30"} in nse["phases"]  # fmt: skip
    assert (answer["market"]["source"], answer["market"]["session"]["phase"]) == (None, "unknown")


def test_a_replay_s_market_has_the_time_of_the_log(viewer: Client) -> None:
    run = make_run("replay")
    cursor = judge(run, until=LONG_AGO)
    at = LONG_AGO.replace(tzinfo=UTC)
    type(cursor).objects.filter(pk=cursor.pk).update(log_time=int(at.timestamp()) * 1_000_000)

    market = viewer.get(STATUS).json()["market"]

    # 05:00 UTC is 10:30 in India; that market closed at 15:30, five hours later.
    assert (market["clock"], market["now"]) == ("log", stamp(LONG_AGO))
    assert (market["session"]["phase"], market["seconds_to_next"]) == ("open", 5 * 3_600)
    assert (market["day"]["day"], market["day"]["now_ist"]) == ("2021-04-08", "10:30:00")


def test_the_feed_s_part_is_what_the_heartbeat_says(viewer: Client) -> None:
    judge(make_run())

    found, said = viewer.get(STATUS).json()["feed"], socket_facts.heartbeat_facts()

    moving = {"server_time", "pipeline_lag_ms"}
    assert {name: value for name, value in found.items() if name not in moving} == {
        name: value for name, value in said.items() if name not in moving
    }


def test_the_provider_s_part_is_what_the_feed_reported(viewer: Client) -> None:
    run = make_run()
    assert viewer.get(STATUS).json()["provider"] is None
    services.beat(
        "feed", run=run.pk, choice=0, entries=9, read=50, accepted=48, refused={"late": 2}, gaps=1, ticks_per_second=9.5
    )
    store_latest(make_instruments()[0], record_id=1, run=run.pk, tick_time=datetime.now(UTC) - timedelta(seconds=30))

    provider = viewer.get(STATUS).json()["provider"]

    assert (provider["run"], provider["ticks_read"], provider["ticks_accepted"]) == (run.pk, 50, 48)
    assert (provider["refused"], provider["gaps"], provider["ticks_per_second"]) == ({"late": 2}, 1, 9.5)
    assert provider["last_tick_age_seconds"] == pytest.approx(30, abs=10)


def test_a_worker_that_never_reported_is_silent(viewer: Client) -> None:
    judge(make_run())
    assert viewer.get(STATUS).json()["workers"]["silent"] == ["worker"]

    services.beat_worker(0, position="1-1")

    workers = viewer.get(STATUS).json()["workers"]
    assert workers["worker_silent_seconds"] == pytest.approx(0.0, abs=10.0)
    assert (workers["silent"], workers["committed_at"] is None) == ([], False)


def test_the_parts_are_those_of_health(viewer: Client) -> None:
    names = [row["name"] for row in viewer.get(STATUS).json()["components"]]

    assert names == list(viewer.get("/health").json()["components"])


@pytest.mark.parametrize("address", [SOURCE, STATUS])
def test_parameters_that_nobody_knows_are_refused(viewer: Client, address: str) -> None:
    assert viewer.get(f"{address}?verbose=1").status_code == 400


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(
    viewer: Client, boss: User, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        sources.choose(Wish("demo"), reason="test", by=boss)
        make_run()

    with django_assert_max_num_queries(12):
        viewer.get(SOURCE)
    with django_assert_max_num_queries(30):  # each part of the health asks for itself
        viewer.get(STATUS)
