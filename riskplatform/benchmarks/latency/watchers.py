"""`python -m riskplatform.benchmarks.latency.watchers`: sockets that note when each frame came.  No Django here.

It reads a Crowd as JSON from its first line of input, opens the sockets and answers "ready".  At the next line it
writes what each socket saw: pairs of the newest tick's time in a frame and the frame's arrival, microseconds UTC.
"""

import asyncio
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Final, Self

import orjson

from riskplatform.benchmarks.sockets.listener import Listener
from riskplatform.home import CHECKOUT

PATH: Final = "/ws/risk-stream"
OPENING_SECONDS: Final = 60.0
_TICK_TIME: Final = re.compile(rb'"tick_time":"([^"]+)"')
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Crowd:
    """How many sockets, with which tokens, offered in turns; `keeps` is False where nobody will ask what they saw."""

    port: int
    sockets: int
    tokens: list[str]
    keeps: bool = True


class Watcher(Listener):
    """A socket with live values."""

    def __init__(self, port: int, *, token: str, keeps: bool) -> None:
        super().__init__(port, PATH, token=token, wish={"type": "subscribe", "batch": True, "live": True})
        self._keeps = keeps
        self.seen: list[tuple[bytes, int]] = []

    def note(self, payload: bytes) -> None:
        arrived = time.time_ns() // 1_000
        if payload.startswith(b'{"type":"snapshot"'):
            self.is_ready.set()
        elif self._keeps and payload.startswith(b'{"type":"risk_batch"') and (times := _TICK_TIME.findall(payload)):
            self.seen.append((max(times), arrived))


class CrowdProcess:
    """`with CrowdProcess(crowd):` keeps a crowd connected, in a process of its own, until the block ends."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._say(orjson.dumps(asdict(self._crowd)))
        if self._hear() != b"ready\n":
            raise ConnectionError("the clients could not all connect")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def arrivals(self) -> list[list[tuple[int, int]]]:
        """Return what each socket saw: (newest tick's time, arrival) of every frame, in order."""
        self._say(b"stop")
        found: list[list[tuple[int, int]]] = orjson.loads(self._hear())
        return found

    def _say(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def _hear(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


async def main() -> None:
    loop = asyncio.get_running_loop()
    crowd = Crowd(**orjson.loads(await loop.run_in_executor(None, sys.stdin.buffer.readline)))
    watchers = await asyncio.gather(*(_opened(crowd, number) for number in range(crowd.sockets)))
    _say(b"ready")
    await loop.run_in_executor(None, sys.stdin.buffer.readline)
    _say(orjson.dumps([[(_microseconds(text), at) for text, at in each.seen] for each in watchers]))


async def _opened(crowd: Crowd, number: int) -> Watcher:
    token = crowd.tokens[number % len(crowd.tokens)]
    _, watcher = await asyncio.get_running_loop().create_connection(
        lambda: Watcher(crowd.port, token=token, keeps=crowd.keeps), "127.0.0.1", crowd.port
    )
    await asyncio.wait_for(watcher.is_ready.wait(), OPENING_SECONDS)
    if watcher.is_closed:
        raise ConnectionError(f"a socket was closed with {watcher.close_code}")
    return watcher


def _microseconds(text: bytes) -> int:
    return (datetime.fromisoformat(text.decode()) - _EPOCH) // timedelta(microseconds=1)


def _say(what: bytes) -> None:
    sys.stdout.buffer.write(what + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(main())
