"""The replay command as a person runs it: a process of its own, a real store, a real worker."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import settings

from riskplatform.embedded import EmbeddedStore
from streaming.tests.feed_factories import steady_rows, write_rows

STEADY = [*steady_rows("NIFTY50", seconds=120), *steady_rows("M&M", seconds=120)]
DIRT = [
    ("ZZZ", "09:15:10", 1.0, 1.0),
    ("TCS", "1970-01-01 09:00:00", 1.0, 1.0),
    ("TCS", "2021-04-09 10:00:00", 1.0, 1.0),
    ("TCS", "09:15:30", -1.0, 1.0),
]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of its own with the embedded store, whatever store the suite runs on."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "REDIS_HOST", "DATABASE_URL"}
    }
    return {**kept, "RISK_HOME": str(tmp_path / "home"), "RISK_NO_BOOTSTRAP": "1", "LOG_LEVEL": "WARNING"}


def command(*words: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]


def run(*words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), env=dict(environment), cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120
    )


def query(environment: Mapping[str, str], statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(Path(environment["RISK_HOME"]) / "db.sqlite3", timeout=10)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def facts(summary: str) -> dict[str, str]:
    """The summary's lines: a name, two spaces or more, a value."""
    return {name.strip(): value for name, value in re.findall(r"^(.+?)\s{2,}(\S.*)$", summary, re.MULTILINE)}


def wait_for_rows(environment: Mapping[str, str], statement: str, *, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not query(environment, statement):
        assert time.monotonic() < deadline, f"no rows: {statement}"
        time.sleep(0.1)


@pytest.mark.timeout(150)
def test_a_replay_works_alone_and_accounts_for_every_tick(tmp_path: Path, environment: dict[str, str]) -> None:
    path = write_rows(tmp_path, [*STEADY, *DIRT])

    done = run("replay", str(path), "--speed", "max", environment=environment)

    told = facts(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (told["ticks read"], told["accepted"], told["refused"]) == ("244", "240", "4")
    assert {name: told[name] for name in ("unknown_symbol", "epoch_timestamp", "other_day", "non_positive_price")} == {
        "unknown_symbol": "1",
        "epoch_timestamp": "1",
        "other_day": "1",
        "non_positive_price": "1",
    }
    assert query(environment, "select count(*), count(distinct instant) from risk_riskrecord") == [
        (int(told["records"]), int(told["instants scored"]))
    ]
    assert int(told["instants scored"]) >= 119
    assert sorted(query(environment, "select reason, symbol from streaming_rejectedtick")) == [
        ("epoch_timestamp", "TCS"),
        ("non_positive_price", "TCS"),
        ("other_day", "TCS"),
        ("unknown_symbol", "ZZZ"),
    ]


@pytest.mark.timeout(200)
def test_a_replay_takes_the_feed_over_and_gives_it_back(tmp_path: Path, environment: dict[str, str]) -> None:
    path = write_rows(tmp_path, STEADY)
    with EmbeddedStore(Path(environment["RISK_HOME"])):
        assert run("migrate", "--verbosity", "0", environment=environment).returncode == 0
        feed = subprocess.Popen(command("run_feed"), env=environment, cwd=settings.BASE_DIR, start_new_session=True)
        try:
            wait_for_rows(environment, "select 1 from streaming_feedrun where id = 1")

            done = run("replay", str(path), "--speed", "max", environment=environment)

            assert done.returncode == 0, done.stderr
            wait_for_rows(environment, "select 1 from streaming_feedrun where id = 3")
        finally:
            feed.send_signal(signal.SIGTERM)
            status = feed.wait(timeout=20)

    assert status == 0
    assert query(environment, "select source, end_reason from streaming_feedrun order by id") == [
        ("simulated", "taken over"),
        ("replay", "finished"),
        ("simulated", "stopped"),
    ]
    assert facts(done.stdout)["accepted"] == "240"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ticks_2021-04-08.parquet", b"", "0 bytes"),
        ("ticks_2021-04-08.parquet", b"PAR1 and no more", "without its footer"),
        ("ticks.csv", b"symbol,ts_ist,ltp\n", "give --date"),
        ("ticks_2021-04-10.csv", b"symbol,ts_ist,ltp\n", "not a trading day"),
    ],
)
def test_a_file_that_cannot_be_replayed_ends_the_command_with_one_sentence(
    tmp_path: Path, environment: dict[str, str], name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    done = run("replay", str(path), environment=environment)

    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("option", "words"), [("--speed=0", "positive number or max"), ("--date=April", "YYYY-MM-DD")])
def test_a_wrong_option_says_what_was_expected(environment: dict[str, str], option: str, words: str) -> None:
    done = run("replay", "ticks_2021-04-08.parquet", option, environment=environment)

    assert done.returncode != 0
    assert words in done.stderr
