"""The questions about the web server."""

import errno
import http.server
import socket
import threading

import pytest

from riskplatform.home import HomeError
from riskplatform.supervision import platform, readiness


def test_a_port_below_1024_explains_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)

    with pytest.raises(HomeError, match=r"^Port 80 needs administrator rights"):
        readiness.require_free_port("127.0.0.1", 80)


def test_an_address_of_another_machine_explains_itself() -> None:
    with pytest.raises(HomeError, match=r"^192\.0\.2\.1:8000 cannot be listened on"):
        readiness.require_free_port("192.0.2.1", 8000)


def test_a_free_port_passes() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]

    readiness.require_free_port("127.0.0.1", port)


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
