"""Sockets that take little or nothing of what they are sent."""

import asyncio
import select
import socket
import time
from enum import StrEnum

from riskplatform.benchmarks.sockets.wire import PING, TEXT, framed, opening

RECEIVE_BUFFER_BYTES = 4_096  # asked for; with more the kernel reads ahead what the client does not
READ_BYTES = 1_000
SUBSCRIBE = framed(TEXT, b'{"type":"subscribe","batch":true}')


class Behaviour(StrEnum):
    SLOW = "slow"  # reads 1 kB/s
    DEAF = "deaf"  # never reads
    SHOUTING = "shouting"  # never reads, but keeps sending


class Reluctant:
    """One of them.  It opens at once; `behave` begins its behaviour."""

    def __init__(self, behaviour: Behaviour, port: int, path: str, token: str) -> None:
        self._behaviour = behaviour
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.connect(("127.0.0.1", port))
        self._socket.sendall(opening(port, path, token=token))
        self._read = len(self._socket.recv(1_024))
        self._socket.sendall(SUBSCRIBE)
        self._socket.setblocking(False)
        self._began: float | None = None
        self._ended: float | None = None

    async def behave(self) -> None:
        """Go on until the server ends it."""
        self._began = time.monotonic()
        while not self._has_hung_up():
            await asyncio.sleep(1.0 if self._behaviour is Behaviour.SLOW else 0.2)
            self._act()
        self._ended = time.monotonic()

    def account(self) -> dict[str, float | str | None]:
        """Return what it is, how much it read, and the seconds after which the server ended it, None if never."""
        lasted = self._ended - self._began if self._ended and self._began else None
        return {"behaviour": self._behaviour.value, "read": self._read, "closed_after": lasted}

    def _act(self) -> None:
        try:
            if self._behaviour is Behaviour.SLOW:
                self._read += len(self._socket.recv(READ_BYTES))
            elif self._behaviour is Behaviour.SHOUTING:
                self._socket.send(framed(PING, b"here") + SUBSCRIBE * (time.monotonic_ns() % 4 == 0))
        except BlockingIOError:
            pass
        except OSError:
            self._ended = time.monotonic()

    def _has_hung_up(self) -> bool:
        poll = select.poll()
        poll.register(self._socket, 0)
        return self._ended is not None or bool(poll.poll(0))
