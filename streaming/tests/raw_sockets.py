"""Clients at the level of TCP, with blocking sockets, for tests against a real server."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from riskplatform.benchmarks.sockets.wire import CLOSE, TEXT, FrameReader, framed, opening

PATH = "/ws/risk-stream"
PATIENCE_SECONDS = 60.0
GOODBYE = framed(CLOSE, (1000).to_bytes(2, "big"))


class RawSocket:
    """An open socket; `closed_with` is the code and reason of the server's close frame once one came."""

    def __init__(self, port: int, token: str, *, receive_buffer: int | None = None) -> None:
        self.frames: list[dict[str, Any]] = []
        self.closed_with: tuple[int, str] | None = None
        self._reader = FrameReader(self._take)
        self._socket = socket.socket()
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(PATIENCE_SECONDS)
        self._socket.connect(("127.0.0.1", port))
        self._socket.sendall(opening(port, PATH, token=token))
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._some() or b"\r\n\r\n"
        assert head.startswith(b"HTTP/1.1 101 "), head[:200]
        self._reader.feed(head.partition(b"\r\n\r\n")[2])

    def say(self, wire: bytes) -> None:
        """Send all that the server takes: it may hang up in the middle."""
        with suppress(ConnectionResetError, BrokenPipeError):
            self._socket.sendall(wire)

    def subscribe(self, **wish: Any) -> None:
        self.say(framed(TEXT, json.dumps({"type": "subscribe", "batch": True, **wish}).encode()))

    def read_until(self, holds: Callable[[], bool]) -> None:
        """Read until this holds or the connection ends."""
        while not holds() and (part := self._some()):
            self._reader.feed(part)

    def read_to_the_end(self) -> None:
        """Read until the server has hung up, answering its close frame as RFC 6455 asks."""
        self.read_until(lambda: self.closed_with is not None)
        self.say(GOODBYE)
        self.read_until(lambda: False)
        self._socket.close()

    def say_no_more(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def _some(self) -> bytes:
        try:
            return self._socket.recv(65_536)
        except ConnectionResetError:
            return b""

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.frames.append(json.loads(payload))
        elif opcode == CLOSE:
            self.closed_with = (int.from_bytes(payload[:2], "big"), payload[2:].decode())


class Bystander:
    """A client in a thread of its own that reads everything and does nothing wrong."""

    def __init__(self, port: int, token: str) -> None:
        self.socket = RawSocket(port, token)
        self.socket.subscribe()
        self.socket.read_until(lambda: any(frame["type"] == "snapshot" for frame in self.socket.frames))
        self.socket.frames.clear()
        self._due: int | None = None
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def batches(self, due: int) -> list[dict[str, Any]]:
        """Return the batches it got, once there are `due` of them or the server has hung up."""
        self._due = due
        self._thread.join(PATIENCE_SECONDS)
        self.socket.close()
        return self._batches()

    def has_heard(self) -> bool:
        return bool(self._batches())

    def _batches(self) -> list[dict[str, Any]]:
        return [frame for frame in list(self.socket.frames) if frame["type"] == "risk_batch"]

    def _read(self) -> None:
        # Heartbeats wake it too, so it ends although the last batch came before it knew how many were due.
        self.socket.read_until(lambda: self._due is not None and len(self._batches()) >= self._due)


def gaps_between(batches: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Return where one batch does not begin at the number at which the one before ended."""
    ends = [batch["seq"] for batch in batches]
    begins = [batch["prev"] for batch in batches[1:]]
    return [(end, begin) for end, begin in zip(ends, begins, strict=False) if begin != end]
