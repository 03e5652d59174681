"""The web server refuses bodies that are too large before they are in memory: a real Daphne on a real port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
HEAD = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Return the port and the process id of a web server of its own."""
    port = free_port()
    environ = {**os.environ, "RISK_HOME": str(tmp_path_factory.mktemp("home")), "RISK_NO_BOOTSTRAP": "1"}
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "riskplatform.asgi:application"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environ, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the web server did not start")


def answer(connection: socket.socket) -> bytes:
    connection.settimeout(20)
    found = b""
    try:
        while part := connection.recv(65_536):
            found += part
    except ConnectionResetError:
        pass  # what we were still sending was not read; the answer came before
    return found


def memory_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def test_a_body_that_says_it_is_too_large_is_refused_on_its_headers(server: tuple[int, int]) -> None:
    with socket.create_connection(("127.0.0.1", server[0])) as connection:
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % (150 * LIMIT))
        found = answer(connection)

    assert found.startswith(b"HTTP/1.1 413 ")
    assert b'"code": "body_too_large"' in found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_body_that_hides_its_size_is_refused_when_it_has_grown_too_large(server: tuple[int, int]) -> None:
    before, chunk = memory_mb(server[1]), b"%x\r\n" % 65_536 + b"x" * 65_536 + b"\r\n"
    with socket.create_connection(("127.0.0.1", server[0])) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        try:
            while sent < 100 * LIMIT:
                connection.sendall(chunk)
                sent += 65_536
        except OSError:
            pass  # closed upon us, as it should
        assert sent < 100 * LIMIT
    assert memory_mb(server[1]) < before + 20


def test_an_ordinary_body_reaches_the_application(server: tuple[int, int]) -> None:
    with socket.create_connection(("127.0.0.1", server[0])) as connection:
        connection.sendall(HEAD + b"Connection: close\r\nContent-Length: 1\r\n\r\n{")
        found = answer(connection)

    assert found.startswith(b"HTTP/1.1 400 ")
    assert b"parse_error" in found
