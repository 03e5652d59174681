"""The database's row of the table in docs/operations.md on SQLite: its file locked, its disk full, its file unreadable.

One platform for all of them, its file on a small disk of its own; at the end its log is folded again and compared.
"""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from riskplatform.tests.degraded import Listener, alerts_of, eventually, newest_record
from riskplatform.tests.test_degradation import QUICK, READS
from streaming.faults import staging
from streaming.faults.environment import ENVIRONMENT
from streaming.faults.reader import Answer, Reader
from streaming.faults.stage import Stage

pytestmark = [pytest.mark.kill, pytest.mark.timeout(900)]
DISK_BYTES = 192 << 20
PATIENT_SECONDS = 60.0  # a writer waits 20 s for the lock before it gives up


@contextmanager
def a_small_disk() -> Iterator[Path]:
    """A disk that can be filled without filling anybody else's."""
    with tempfile.TemporaryDirectory(prefix="risk-disk-") as place:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", place]
        made = subprocess.run(mount, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"no disk of its own can be made here: {made.stderr.strip()}")
        try:
            yield Path(place)
        finally:
            subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    with a_small_disk() as disk, staging.own_servers(wanted=False) as own:
        database = f"sqlite:///{disk / 'db.sqlite3'}"
        yield {**own, **ENVIRONMENT, **QUICK, "DATABASE_URL": database, "RISK_NO_BOOTSTRAP": "1"}


@pytest.fixture(scope="module")
def file(environment: Mapping[str, str]) -> Path:
    return Path(environment["DATABASE_URL"].removeprefix("sqlite:///"))


@pytest.fixture(scope="module")
def stage(environment: Mapping[str, str]) -> Iterator[Stage]:
    with staging.stage(environment, seed=1) as running:
        yield running


@pytest.fixture(scope="module")
def admin(stage: Stage) -> Reader:
    reader = Reader(stage.platform.url, stage.platform.home, seconds=PATIENT_SECONDS)
    assert reader.sign_in().status == 200
    eventually(stage, lambda: len(alerts_of(reader, "score")) >= 2, what="two alerts")
    return reader


@pytest.fixture
def listener(admin: Reader) -> Iterator[Listener]:
    line = Listener(admin)
    yield line
    line.close()


@pytest.fixture(autouse=True)
def well(stage: Stage, admin: Reader) -> None:
    eventually(stage, lambda: admin.get("/health").status == 200, what="a platform that is well again")


def is_refused_for_now(answer: Answer) -> bool:
    return (answer.status, answer.headers["Retry-After"]) == (503, "5")


def goes_on(stage: Stage, admin: Reader, *, newest: int, after: str) -> None:
    eventually(stage, lambda: admin.get("/health").status == 200, what=f"a platform that is well after {after}")
    eventually(stage, lambda: newest_record(admin) > newest, what=f"records after {after}")


def test_while_the_file_is_locked_reads_go_on_and_writes_are_refused(
    stage: Stage, admin: Reader, listener: Listener, file: Path
) -> None:
    alert, holder = alerts_of(admin, "score")[0]["id"], sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        listener.until(lambda heartbeat: heartbeat["feed_state"] == "stalled")
        newest = newest_record(admin)

        assert admin.get("/livez").status == 200
        assert {path: admin.get(path).status for path in READS} == dict.fromkeys(READS, 200)
        assert is_refused_for_now(admin.post(f"alerts/{alert}/acknowledge", {"note": "seen"}))
        assert is_refused_for_now(admin.sign_in())
        health = admin.get("/health")
        assert (health.status, health.body["components"]["pipeline"]["status"]) == (503, "down")
        assert newest_record(admin) == newest, "nothing is written past the lock"
    finally:
        holder.close()
    goes_on(stage, admin, newest=newest, after="the lock")


def test_on_a_full_disk_nothing_is_written_and_nothing_fails_otherwise(
    stage: Stage, admin: Reader, listener: Listener, file: Path
) -> None:
    alert, ballast = alerts_of(admin, "score")[0]["id"], file.with_name("ballast")
    try:
        with pytest.raises(OSError, match="No space left"), ballast.open("wb", buffering=0) as heap:
            while True:
                heap.write(bytes(1 << 16))
        listener.until(lambda heartbeat: heartbeat["feed_state"] in {"stalled", "frozen"})

        assert admin.get("/livez").status == 200
        answers = [admin.get(path) for path in READS]
        assert all(answer.status == 200 or is_refused_for_now(answer) for answer in answers)
        assert is_refused_for_now(admin.post(f"alerts/{alert}/acknowledge", {"note": "seen"}))
        assert admin.get("/health").status == 503
    finally:
        ballast.unlink()
    goes_on(stage, admin, newest=newest_record(admin), after="the full disk")


def test_without_a_readable_file_nothing_is_served_as_live(
    stage: Stage, admin: Reader, listener: Listener, file: Path
) -> None:
    listener.until(lambda heartbeat: heartbeat["log_time"] is not None)
    newest, away = newest_record(admin), file.with_name("away")
    file.rename(away)
    file.mkdir()
    try:
        frozen = listener.until(lambda heartbeat: heartbeat["feed_state"] == "frozen")
        kinds, still = listener.until_next()
        assert (kinds, still["feed_state"], still["log_time"]) == ([], "frozen", frozen["log_time"])

        assert admin.get("/livez").status == 200
        answers = {path: admin.get(path) for path in READS}
        assert [path for path, answer in answers.items() if not is_refused_for_now(answer)] == []
        assert is_refused_for_now(admin.sign_in())
        health = admin.get("/health")
        assert (health.status, health.body["components"]["database"]["status"]) == (503, "down")
    finally:
        file.rmdir()
        away.rename(file)
    goes_on(stage, admin, newest=newest, after="the file came back")


def test_after_all_of_it_the_database_holds_what_the_log_says(stage: Stage, environment: Mapping[str, str]) -> None:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "verify_replay"]

    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
