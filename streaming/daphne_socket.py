"""Daphne's WebSocket connection, bounded, and a wire straight to its TCP transport.

Daphne writes whatever the application sends into a buffer without bound and forgets close reasons; Autobahn drops
connections without a code, answers pings into the same buffer and counts any traffic as a sign of life.  Here frames
are given to the kernel only while everything before them has left the process, so that a client which does not read
costs the kernel's two small buffers and at most one parcel.
"""

import fcntl
import socket
import struct
import termios
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from autobahn.websocket.protocol import WebSocketProtocol as Autobahn
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.tcp import Connection

from streaming import wires
from streaming.frames import Parcel
from streaming.protocol import LARGEST_MESSAGE, MESSAGE_WINDOW_SECONDS, MOST_PINGS, CloseCode

SEND_BUFFER_BYTES = 65_536  # asked of the kernel for each socket; what waits in it is what a slow client gets late
CLOSE_HANDSHAKE_SECONDS = 4.0  # for a client to take our close frame and answer; then the connection is aborted
MOST_BYTES_WHILE_CLOSING = 4 * LARGEST_MESSAGE


class DirectWire:
    """Writes to the kernel at once; what it does not take waits in the transport, which calls when all has left.

    To the transport it is a pull producer.
    """

    def __init__(self, connection: "BoundedConnection") -> None:
        self._connection = connection
        self._transport = connection.transport
        self._written = 0
        self.on_ready: Callable[[], None] = wires.nothing
        self.on_lost: Callable[[], None] = wires.nothing
        self._transport.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        connection.unregisterProducer()  # the HTTP channel's, whose business with this connection is over
        connection.registerProducer(self, False)

    @property
    def ready(self) -> bool:
        return not self._buffered() and self._connection.state == Autobahn.STATE_OPEN

    def write(self, parcel: Parcel) -> None:
        data = parcel.wire
        self._written += len(data)
        sent = self._transport.writeSomeData(data)
        if not isinstance(sent, int):  # the connection is lost, and the reactor about to say so
            return
        if sent < len(data):
            self._transport.write(data[sent:])

    def taken(self) -> int | None:
        if not self._transport.connected:
            return None
        waiting = self._buffered() + _unacknowledged(self._transport.socket)
        return self._written - waiting if waiting else None

    async def close(self, code: int, reason: str) -> None:
        self.on_ready = wires.nothing
        self._connection.sendClose(code, reason)

    def resumeProducing(self) -> None:  # noqa: N802  Twisted's name
        """Everything has left."""
        self.on_ready()

    def stopProducing(self) -> None:  # noqa: N802  Twisted's name
        """The connection is lost."""
        self.on_lost()

    def _buffered(self) -> int:
        return int(len(self._transport.dataBuffer) - self._transport.offset + self._transport._tempDataLen)


def _unacknowledged(connection: socket.socket) -> int:
    """Return how many bytes the kernel still holds for the other side."""
    answer = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4)
    return int(struct.unpack("i", answer)[0])


class BoundedConnection(WebSocketProtocol):  # type: ignore[misc]  # daphne has no types
    """Daphne's connection: closes with codes and reasons, and bounds what a client can make it do."""

    _closing_bytes = 0
    _is_parting = False

    def connectionMade(self) -> None:  # noqa: N802  Twisted's name
        super().connectionMade()
        self.failByDrop = False
        self.autoPingRestartOnAnyTraffic = False
        self.closeHandshakeTimeout = CLOSE_HANDSHAKE_SECONDS
        self.maxMessagePayloadSize = self.maxFramePayloadSize = LARGEST_MESSAGE
        self._ping_times: deque[float] = deque(maxlen=MOST_PINGS)

    def onConnect(self, request: Any) -> Any:  # noqa: N802  Autobahn's name
        """Serve the connection, with its wire offered to whatever serves it."""
        token = wires.direct.set(self._wire)
        try:
            return super().onConnect(request)
        finally:
            wires.direct.reset(token)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        if self.state == self.STATE_CLOSING:
            self._closing_bytes += len(data)
            if self._closing_bytes > MOST_BYTES_WHILE_CLOSING:
                self.dropConnection(abort=True)
                return
        super().dataReceived(data)

    def onMessage(self, payload: bytes, is_binary: bool) -> None:  # noqa: N802  Autobahn's name
        if self.state == self.STATE_OPEN:
            super().onMessage(payload, is_binary)

    def onCloseFrame(self, code: int | None, reason: bytes | None) -> Any:  # noqa: N802  Autobahn's name
        self._is_parting = True
        try:
            return super().onCloseFrame(code, reason)
        finally:
            self._is_parting = False

    def dropConnection(self, abort: bool = False) -> None:  # noqa: N802  Autobahn's name
        """Drop it; what answers a client's close leaves first, if the client takes it in a bounded time.

        Autobahn would throw away a code that it has just written, and wait for ever for a client that reads nothing.
        """
        super().dropConnection(abort=abort and not self._is_parting)
        self.factory._batched_timer.call_later(CLOSE_HANDSHAKE_SECONDS, self._abort)

    def _abort(self) -> None:
        if hasattr(self.transport, "abortConnection"):
            self.transport.abortConnection()  # does nothing where the connection has gone

    def onPing(self, payload: bytes) -> None:  # noqa: N802  Autobahn's name
        """Answer, a bounded number of times."""
        now = time.monotonic()
        if len(self._ping_times) == MOST_PINGS and now - self._ping_times[0] < MESSAGE_WINDOW_SECONDS:
            self.sendClose(int(CloseCode.TOO_MANY_MESSAGES), "Too many pings.")
            return
        self._ping_times.append(now)
        super().onPing(payload)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802  Daphne's name
        if self.state == self.STATE_OPEN:
            super().serverClose(code)

    def _wire(self) -> wires.Wire | None:
        """Return a wire, where the transport is plain TCP and the client still there."""
        return DirectWire(self) if isinstance(self.transport, Connection) and self.transport.connected else None

    def _max_message_size_exceeded(self, size: int, largest: int, reason: str) -> None:
        self._fail_connection(int(CloseCode.MESSAGE_TOO_LARGE), f"A message may hold {largest} bytes.")


def install() -> None:
    """Make Daphne use bounded connections in this process."""
    WebSocketFactory.protocol = BoundedConnection
