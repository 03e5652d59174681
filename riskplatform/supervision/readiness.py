"""The questions asked about the web server: does it answer, and can it listen at all."""

import contextlib
import errno
import http.client
import socket

from riskplatform.home import HomeError

ANSWER_SECONDS = 2.0


def http_ok(host: str, port: int, path: str) -> bool:
    """Say whether a GET of this path is answered with 200."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{port}"})
            return connection.getresponse().status == 200
        finally:
            connection.close()
    return False


def reachable_host(host: str) -> str:
    """Return the address at which a server bound to `host` is asked from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def free_port() -> int:
    """Return a port of this machine on which nobody listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def require_free_port(host: str, port: int) -> None:
    """Raise HomeError in one sentence when a server cannot listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as problem:
        raise HomeError(_port_sentence(host, port, problem)) from problem


def _port_sentence(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: choose another, such as PORT={port + 1} python3 manage.py up."
    if problem.errno == errno.EACCES:
        return f"Port {port} needs administrator rights: choose one above 1023, such as PORT=8000 python3 manage.py up."
    return f"{host}:{port} cannot be listened on ({problem.strerror}): choose another --host or --port."
