"""`manage.py up`: what it runs, and what it says when it cannot."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from riskplatform import settings
from riskplatform.home import CHECKOUT, HomeLock, prepare_home
from riskplatform.supervision import platform
from riskplatform.supervision.starting import PreparedMark


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def up(home: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the real command, without the stores this suite may have been told to use."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "REDIS_HOST", "DATABASE_URL"}
    }
    return subprocess.run(
        [sys.executable, "-c", "import sys, manage; manage.run_django(sys.argv)", "up", *arguments],
        cwd=CHECKOUT,
        env={**kept, "RISK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "riskplatform.settings", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_one_sentence(taken_port: int, tmp_path: Path) -> None:
    result = up(tmp_path, "--port", str(taken_port))

    assert result.returncode == 1
    another = f"choose another, such as PORT={taken_port + 1} python3 manage.py up."
    assert result.stderr.strip().endswith(f"Port {taken_port} is taken by another program: {another}")
    assert "Traceback" not in result.stderr


def test_a_second_up_on_the_same_home_is_one_sentence(tmp_path: Path, free_port: int) -> None:
    prepare_home(tmp_path)
    lock = HomeLock(tmp_path)
    lock.acquire()

    result = up(tmp_path, "--port", str(free_port))
    lock.release()

    assert result.returncode == 1
    assert f"The platform already runs on {tmp_path} (process {os.getpid()})" in result.stderr


def test_a_port_that_is_no_number_names_the_variable(tmp_path: Path) -> None:
    result = up(tmp_path, PORT="eight thousand")

    assert result.returncode == 1
    assert result.stderr.strip() == "PORT must be a whole number, was 'eight thousand'"


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = up(tmp_path / "file" / "var")

    assert result.returncode == 1
    assert "cannot be used (Not a directory): set RISK_HOME to another directory." in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def started(tmp_path: Path, *, with_feed: bool = True, is_prepared: bool = False) -> dict[str, tuple[str, ...]]:
    """Return each process of the platform with what it waits for."""
    address = platform.Address("127.0.0.1", 8000)
    processes = platform.platform_processes(address, home=tmp_path, with_feed=with_feed, is_prepared=is_prepared)
    return {spec.name: tuple(spec.after) for spec in processes}


def test_the_first_start_waits_for_store_and_database(tmp_path: Path) -> None:
    assert started(tmp_path) == {
        "setup": (),
        "worker": ("redis", "setup"),
        "feed": ("redis", "setup"),
        "beat": ("redis", "setup"),
        "web": ("redis", "setup"),
        "watchdog": ("redis", "web"),
        "second-worker": ("redis", "web"),
    }


def test_a_prepared_database_is_looked_at_after_the_start(tmp_path: Path) -> None:
    waits = started(tmp_path, is_prepared=True)

    assert waits["setup"] == ("web",)
    assert {waits[name] for name in ("worker", "feed", "beat", "web")} == {("redis",)}


def test_no_feed_leaves_out_the_feed_only(tmp_path: Path) -> None:
    assert started(tmp_path).keys() - started(tmp_path, with_feed=False).keys() == {"feed"}


def prepared_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home with a database file and demo users, as `prepare` leaves it, and point the settings at it."""
    prepare_home(tmp_path)
    for name in ("db.sqlite3", "demo-users.json"):
        (tmp_path / name).write_text("[]")
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "db.sqlite3")}
    monkeypatch.setattr(settings, "DATABASES", {"default": database})
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    (tmp_path / "risk" / "migrations").mkdir(parents=True)
    (tmp_path / "risk" / "migrations" / "0001_initial.py").write_text("")
    return tmp_path


def test_a_database_counts_as_prepared_until_something_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = PreparedMark(prepared_home(tmp_path, monkeypatch))
    before = mark.is_valid()
    mark.write()
    after = mark.is_valid()

    (tmp_path / "risk" / "migrations" / "0002_more.py").write_text("")

    assert (before, after, mark.is_valid()) == (False, True, False)


def test_a_deleted_database_is_prepared_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = PreparedMark(prepared_home(tmp_path, monkeypatch))
    mark.write()

    (tmp_path / "db.sqlite3").unlink()

    assert not mark.is_valid()


def test_a_database_server_is_always_looked_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = PreparedMark(prepared_home(tmp_path, monkeypatch))
    mark.write()

    monkeypatch.setattr(settings, "DATABASES", {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "risk"}})

    assert not mark.is_valid()


def test_children_get_this_starts_port_and_no_bootstrap() -> None:
    environ = platform.child_environment(
        {"PORT": "8000", "RISK_STARTED": "1", "KEPT": "yes"}, address=platform.Address("127.0.0.1", 9000)
    )

    assert (environ["PORT"], environ["RISK_NO_BOOTSTRAP"], environ["KEPT"]) == ("9000", "1", "yes")
    assert "RISK_STARTED" not in environ


def test_beats_remains_are_removed_and_nothing_else(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for name in ("beat.pid", "beat-schedule.db", "redis.sock"):
        (run / name).touch()

    platform.clear_remains(tmp_path)

    assert [path.name for path in run.iterdir()] == ["redis.sock"]
