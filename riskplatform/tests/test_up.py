"""`manage.py up`: what it runs, and what it says when it cannot."""

import errno
import http.server
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from riskplatform.home import CHECKOUT, HomeError, HomeLock, prepare_home
from riskplatform.supervision import platform, readiness


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


def test_a_port_below_1024_explains_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)

    with pytest.raises(HomeError, match=r"^Port 80 needs administrator rights"):
        readiness.require_free_port("127.0.0.1", 80)


def test_an_address_of_another_machine_explains_itself() -> None:
    with pytest.raises(HomeError, match=r"^192\.0\.2\.1:8000 cannot be listened on"):
        readiness.require_free_port("192.0.2.1", 8000)


def test_a_free_port_passes(free_port: int) -> None:
    readiness.require_free_port("127.0.0.1", free_port)


def test_a_web_server_is_ready_only_at_200() -> None:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/livez" else 503)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = platform.Address("0.0.0.0", server.server_port)

        answers = (address.answers("/livez"), address.answers("/health"))
        server.shutdown()

    assert answers == (True, False)
    assert not address.answers("/livez"), "nobody listens any more"


def test_every_process_of_the_platform_waits_for_store_and_database(tmp_path: Path) -> None:
    processes = platform.platform_processes(platform.Address("127.0.0.1", 8000), home=tmp_path, with_feed=True)

    assert {spec.name for spec in processes} == {"feed", "worker", "beat", "watchdog", "web"}
    assert {tuple(spec.after) for spec in processes} == {("redis", "setup")}


def test_no_feed_leaves_out_the_feed_only(tmp_path: Path) -> None:
    processes = platform.platform_processes(platform.Address("127.0.0.1", 8000), home=tmp_path, with_feed=False)

    assert {spec.name for spec in processes} == {"worker", "beat", "watchdog", "web"}


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
