"""A real HTTP receiver and a real mail server on this machine, which behave as badly as they are told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers["Idempotency-Key"]


@dataclass
class HttpReceiver:
    """Uses `answers` up one by one, the last for ever: a status, `hang`, `close`, `flood`, `drip` or a location."""

    port: int = 0
    answers: list[int | str] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    may_end: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def next_answer(self) -> int | str:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    receiver: HttpReceiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.receiver.requests.append(Request(self.path, dict(self.headers.items()), body))
        answer = self.receiver.next_answer()
        if answer == "hang":
            self.receiver.may_end.wait(30)
        elif answer == "close":  # in the middle of the answer
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        elif answer == "flood":
            self._flood()
        elif answer == "drip":
            self._drip()
        else:
            self._answer(answer)

    def _answer(self, answer: int | str) -> None:
        self.send_response(answer if isinstance(answer, int) else 302)
        if isinstance(answer, str):
            self.send_header("Location", answer)
        for name, value in self.receiver.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"said by the receiver")

    def _flood(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while not self.receiver.may_end.is_set():
            self.wfile.write(b"x" * 65536)

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.receiver.may_end.wait(0.02):
            self.wfile.write(b"X-Drip: drop\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A sender that went away is what many tests are about."""


@contextmanager
def http_receiver(*answers: int | str, tls: SSLContext | None = None) -> Iterator[HttpReceiver]:
    receiver = HttpReceiver(answers=list(answers) or [200])
    server = _QuietServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": receiver}))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.may_end.set()
        server.shutdown()
        server.server_close()


@dataclass
class MailServer:
    """A mail server; `answer` is what it says at the end of a message, `to_recipient` when it hears an address."""

    port: int = 0
    answer: str = "250 queued"
    to_recipient: str = "250 ok"
    messages: list[EmailMessage] = field(default_factory=list)


class _MailHandler(socketserver.StreamRequestHandler):
    mail: MailServer

    def handle(self) -> None:
        self._say("220 tests")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                self._take_message()
                if self.mail.answer == "close":
                    return
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say(self.mail.to_recipient if verb == b"RCPT" else "250 ok")

    def _take_message(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.mail.answer != "close":
            self.mail.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))
            self._say(self.mail.answer)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """As above."""


@contextmanager
def mail_server() -> Iterator[MailServer]:
    mail = MailServer()
    server = _MailServer(("127.0.0.1", 0), type("Handler", (_MailHandler,), {"mail": mail}))
    mail.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield mail
    finally:
        server.shutdown()
        server.server_close()
