"""Posting to a webhook: to the address that was checked and to no other, once, within seconds, following nothing.

The name is resolved once.  What it resolved to is checked, and the connection goes to exactly these addresses, with the
name kept for TLS and the Host header: a name that resolves to something else a moment later changes nothing.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpcore
from django.conf import settings

from alerts.notifications.outcomes import Refused, Trouble
from alerts.notifications.webhook_address import AddressRefused, Endpoint, parsed, public_addresses

SECONDS: Final = 10.0  # for everything together; a receiver that drips bytes does not get more
MOST_READ: Final = 4096
_RETRIED: Final = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Answer:
    """What a receiver said: the status and the beginning of the body."""

    status: int
    text: str
    retry_after: timedelta


def post(url: str, body: bytes, *, headers: Mapping[str, str]) -> str:
    """Post, and return what came back, in words.

    Raises Trouble where another attempt may help, Refused where it cannot: the address is not allowed, or the receiver
    refused or sent us elsewhere.
    """
    try:
        endpoint = parsed(url, local=settings.WEBHOOK_LOCAL_RECEIVERS)
        addresses = _resolved(endpoint)
    except AddressRefused as refusal:
        raise Refused(refusal.sentence) from refusal
    answer = _exchange(endpoint, addresses, body, headers)
    return _judged(answer)


def _resolved(endpoint: Endpoint) -> list[str]:
    """Return where to connect.  Raises AddressRefused for an address that is not public, Trouble without an answer."""
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise Trouble(f"{endpoint.host} does not resolve: {problem}") from problem
    texts = [str(entry[4][0]) for entry in found]
    return texts if endpoint.is_local else [str(address) for address in public_addresses(endpoint.host, texts)]


def _exchange(endpoint: Endpoint, addresses: list[str], body: bytes, headers: Mapping[str, str]) -> Answer:
    backend = _Pinned(addresses, deadline=time.monotonic() + SECONDS)
    url = f"{endpoint.scheme}://{endpoint.host}:{endpoint.port}{endpoint.target}"
    try:
        with (
            httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=backend) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=body) as response,
        ):
            return Answer(response.status, _beginning(response), _retry_after(response.headers))
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as problem:
        raise Trouble(f"{endpoint.host}: {type(problem).__name__} {problem}".rstrip()) from problem


def _beginning(response: httpcore.Response) -> str:
    """Read what may be read; the rest stays where it is, and the connection is closed on it."""
    read = b""
    for chunk in response.iter_stream():
        read += chunk
        if len(read) >= MOST_READ:
            break
    printable = read[:200].decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else " " for sign in printable).strip()


def _judged(answer: Answer) -> str:
    said = f"HTTP {answer.status}{f': {answer.text}' if answer.text else ''}"
    if 200 <= answer.status < 300:
        return said
    if answer.status >= 500 or answer.status in _RETRIED:
        raise Trouble(said, retry_after=answer.retry_after)
    if 300 <= answer.status < 400:
        raise Refused(f"HTTP {answer.status}: redirects are not followed; give the final address")
    raise Refused(said)


def _retry_after(headers: Iterable[tuple[bytes, bytes]]) -> timedelta:
    """Return what `Retry-After` asks for in seconds; a date counts for nothing, the backoff is enough."""
    text = next((value for name, value in headers if name.lower() == b"retry-after"), b"").strip()
    return timedelta(seconds=int(text)) if text.isdigit() and len(text) <= 6 else timedelta(0)


class _Pinned(httpcore.NetworkBackend):
    """Connects to the checked addresses, whatever host it is asked for, until the deadline."""

    def __init__(self, addresses: list[str], *, deadline: float) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = httpcore.ConnectError("no address")
        for address in self._addresses:
            try:
                stream = self._sockets.connect_tcp(address, port, _left(self._deadline), local_address, socket_options)
                return _Hurried(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
        raise problem


class _Hurried(httpcore.NetworkStream):
    """A stream whose every step has only what is left of the time for all of them."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0.0:
        raise httpcore.ReadTimeout(f"not done within {SECONDS:.0f} s")
    return left
