"""A socket that reads everything at once and notes how long each message took."""

import asyncio
import time
from array import array
from collections.abc import Mapping
from typing import Any

import orjson

from riskplatform.benchmarks.sockets.wire import CLOSE, PING, PONG, TEXT, FrameReader, framed, opening

_ID = b'"id":'
_ID_WITHIN = 160  # bytes from the start of a message: the first record's


class Listener(asyncio.Protocol):
    """`delays` are microseconds; the publisher numbers its records by the microsecond in which it sent them.

    `wish` is what to subscribe to; without, what comes is taken.
    """

    def __init__(self, port: int, path: str, *, token: str, wish: Mapping[str, Any] | None) -> None:
        self.is_ready = asyncio.Event()
        self.is_closed = False
        self.close_code: int | None = None
        self.counts_from = 1 << 62
        self.delays: array[int] = array("q")
        self._opening = opening(port, path, token=token)
        self._wish = wish
        self._head = b""
        self._frames: FrameReader | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._opening)

    def data_received(self, data: bytes) -> None:
        if self._frames is not None:
            self._frames.feed(data)
            return
        self._head += data
        head, found, rest = self._head.partition(b"\r\n\r\n")
        if found:
            self._begin(head, rest)

    def connection_lost(self, problem: Exception | None) -> None:
        self.is_closed = True
        self.is_ready.set()

    def _begin(self, head: bytes, rest: bytes) -> None:
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionRefusedError(f"the server must answer 101, answered {head[:80]!r}")
        self._frames = FrameReader(self._hear)
        if self._wish is not None:
            self._transport.write(framed(TEXT, orjson.dumps(self._wish)))
        else:
            self.is_ready.set()
        self._frames.feed(rest)

    def _hear(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.note(payload)
        elif opcode == PING:
            self._transport.write(framed(PONG, payload))
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2], "big")

    def note(self, payload: bytes) -> None:
        """Take in one message."""
        if not self.is_ready.is_set() and payload.startswith(b'{"type":"snapshot"'):
            self.is_ready.set()
            return
        at = payload.find(_ID, 0, _ID_WITHIN)
        if at < 0:
            return
        sent_us = int(payload[at + len(_ID) : payload.index(b",", at)])
        if sent_us >= self.counts_from:
            self.delays.append(time.time_ns() // 1000 - sent_us)
