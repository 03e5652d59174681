"""The embedded store: addresses, durability, ownership, and an end together with its owner."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
import redis

from riskplatform import embedded
from riskplatform.home import CHECKOUT, HomeError
from riskplatform.tests.processes import eventually, is_alive

OWNER = """
import sys, time
from pathlib import Path
from riskplatform import embedded
store = embedded.start(Path(sys.argv[1]))
print("up", flush=True)
time.sleep(60)
"""


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A RISK_HOME whose own path is too long for a Unix socket."""
    return tmp_path / ("a-long-directory-name-" * 8)


def process_number(home: Path) -> int:
    with redis.Redis.from_url(embedded.redis_url(home)) as client:
        return int(client.info("server")["process_id"])


def test_the_socket_lies_in_risk_home_when_its_path_fits() -> None:
    assert embedded.socket_path(Path("/srv/risk")) == Path("/srv/risk/run/redis.sock")


@pytest.mark.parametrize("length", [88, 89, 120])
def test_a_socket_path_never_reaches_104_bytes(length: int) -> None:
    home = Path("/" + "h" * (length - 1))

    path = embedded.socket_path(home)

    assert len(os.fsencode(path)) < 104
    assert (path.parent.parent == home) == (length + len("/run/redis.sock") < 104)


def test_two_homes_with_long_paths_have_different_sockets(deep: Path) -> None:
    assert embedded.socket_path(deep / "a") != embedded.socket_path(deep / "b")


def test_the_address_survives_spaces_and_percent_signs() -> None:
    home = Path("/srv/my risk 100%")

    assert unquote(embedded.redis_url(home)) == f"unix://{home}/run/redis.sock"


@pytest.mark.parametrize("name", ["plain", "with space and 100%"])
def test_a_store_answers_on_a_private_socket_and_is_durable(name: str, tmp_path: Path) -> None:
    home = tmp_path / name

    with embedded.EmbeddedStore(home) as store, redis.Redis.from_url(store.url) as client:
        client.set("kept", "1")
        configuration = client.config_get("append*", "maxmemory-policy", "port")
        mode = stat.S_IMODE(embedded.socket_path(home).stat().st_mode)

    assert configuration["appendonly"] == "yes"
    assert configuration["appendfsync"] == "everysec"
    assert configuration["maxmemory-policy"] == "noeviction"
    assert configuration["port"] == "0"
    assert mode == 0o700
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_what_was_stored_is_there_at_the_next_start(tmp_path: Path) -> None:
    with embedded.EmbeddedStore(tmp_path) as store, redis.Redis.from_url(store.url) as client:
        client.set("kept", "1")

    with embedded.EmbeddedStore(tmp_path) as store, redis.Redis.from_url(store.url) as client:
        assert client.get("kept") == b"1"


def test_a_home_too_deep_for_a_socket_works_from_a_private_directory(deep: Path) -> None:
    with embedded.EmbeddedStore(deep):
        directory = embedded.socket_path(deep).parent

        assert embedded.answers(deep)
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    directory.rmdir()


def test_a_socket_directory_of_somebody_else_is_refused(deep: Path, tmp_path: Path) -> None:
    directory = embedded.socket_path(deep).parent
    directory.symlink_to(tmp_path)
    try:
        with pytest.raises(HomeError, match="belongs to somebody else"):
            embedded.prepare_store(deep)
    finally:
        directory.unlink()


def test_a_second_store_on_the_same_home_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with (
        embedded.EmbeddedStore(tmp_path),
        pytest.raises(HomeError, match=rf"^The platform already runs on .* \(process {os.getpid()}\): stop it"),
    ):
        embedded.start(tmp_path)


def test_the_store_ends_when_its_owner_is_killed_and_the_next_start_works(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "up\n"
        server = process_number(tmp_path)
        owner.send_signal(signal.SIGKILL)

    with embedded.EmbeddedStore(tmp_path):
        assert not is_alive(server)
        assert process_number(tmp_path) != server


def test_a_server_that_lost_its_platform_is_ended_first(tmp_path: Path) -> None:
    embedded.prepare_store(tmp_path)
    with subprocess.Popen(embedded.server_command(tmp_path), stdout=subprocess.DEVNULL) as stray:
        assert eventually(lambda: embedded.answers(tmp_path))

        with embedded.EmbeddedStore(tmp_path):
            assert stray.wait(timeout=10) == 0


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    embedded.prepare_store(tmp_path)
    (tmp_path / "redis" / "appendonlydir").write_text("not a directory")

    with pytest.raises(HomeError, match=r"ended while starting: .*appendonlydir"):
        embedded.start(tmp_path)


def test_the_machines_own_server_is_used_where_the_bundled_one_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = tmp_path / "redis-server"
    server.write_text("#!/bin/sh\n")
    server.chmod(0o755)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert embedded.server_binary() == server


def test_no_server_at_all_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(HomeError, match=r"^No Redis-compatible server was found: "):
        embedded.server_binary()
