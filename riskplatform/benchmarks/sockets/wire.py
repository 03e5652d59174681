"""The client's side of WebSocket : opening, frames there and back.  No library, so that clients are light.

Frames are masked with zeros, which RFC 6455 allows and which leaves the payload as it is.
"""

import base64
import os
from collections.abc import Callable

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
_ZERO_MASK = b"\0\0\0\0"

OnFrame = Callable[[int, bytes], None]


def opening(port: int, path: str, *, token: str = "") -> bytes:
    """Return the request that opens a socket; `token` is offered as the subprotocol `bearer.<token>`."""
    offered = f"Sec-WebSocket-Protocol: risk-stream, bearer.{token}\r\n" if token else ""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{offered}\r\n"
    ).encode()


def framed(opcode: int, payload: bytes) -> bytes:
    """Return one final frame of a client."""
    length = len(payload)
    if length < 126:
        head = bytes((0x80 | opcode, 0x80 | length))
    elif length < 1 << 16:
        head = bytes((0x80 | opcode, 0x80 | 126)) + length.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + length.to_bytes(8, "big")
    return head + _ZERO_MASK + payload


class FrameReader:
    """Cuts what a server sends into frames.  Servers of ours send every message in one frame."""

    def __init__(self, on_frame: OnFrame) -> None:
        self._on_frame = on_frame
        self._rest = b""

    def feed(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        at = 0
        while (place := _payload(data, at)) is not None:
            begin, end = place
            self._on_frame(data[at] & 15, data[begin:end])
            at = end
        self._rest = data[at:]


def _payload(data: bytes, at: int) -> tuple[int, int] | None:
    """Return where the payload of the frame at `at` begins and ends; None when it is not all there."""
    if len(data) < at + 2:
        return None
    short = data[at + 1] & 127
    extra = {126: 2, 127: 8}.get(short, 0)
    begin = at + 2 + extra
    length = int.from_bytes(data[at + 2 : begin], "big") if extra else short
    end = begin + length
    return (begin, end) if len(data) >= end and len(data) >= begin else None
