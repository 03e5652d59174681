"""`python -m riskplatform.benchmarks.sockets.clients`: a process full of sockets.  No Django here.

It reads a Crowd as JSON from its first line of input, opens the sockets and answers "ready".  At the next line, which
holds the time in microseconds from which messages count, it listens on; at the one after it writes what it saw.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, field

import orjson

from riskplatform.benchmarks.sockets.descriptors import raise_limit
from riskplatform.benchmarks.sockets.listener import Listener
from riskplatform.benchmarks.sockets.reluctant import Behaviour, Reluctant

OPENING_AT_ONCE = 20
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Crowd:
    """Who connects: `tokens` are offered in turns; `batch` says whether to subscribe or to take what comes."""

    port: int
    path: str
    listeners: int
    tokens: list[str]
    batch: bool
    reluctant_tokens: list[str] = field(default_factory=list)
    reluctant: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """Microseconds from publishing to arrival of every message that counted, and who was closed when."""

    delays: list[int]
    closed: int
    reluctant: list[dict[str, float | str | None]]


async def main() -> None:
    raise_limit()
    lines = _lines()
    crowd = Crowd(**orjson.loads(await anext(lines)))
    listeners = await _listeners(crowd)
    reluctant = _reluctant(crowd)
    _say(b"ready")
    counts_from = int(await anext(lines))
    for each in listeners:
        each.counts_from = counts_from
    tasks = [asyncio.create_task(each.behave()) for each in reluctant]
    await anext(lines)
    delays = [delay for each in listeners for delay in each.delays]
    closed = sum(each.is_closed for each in listeners)
    seen = Seen(delays, closed, [each.account() for each in reluctant])
    for task in tasks:
        task.cancel()
    _say(orjson.dumps(asdict(seen)))


async def _listeners(crowd: Crowd) -> list[Listener]:
    """Open all sockets, a few at a time, and return them once each has its first answer."""
    gate = asyncio.Semaphore(OPENING_AT_ONCE)
    wish = {"type": "subscribe", "batch": True} if crowd.batch else None

    async def opened(number: int) -> Listener:
        token = crowd.tokens[number // 20 % len(crowd.tokens)] if crowd.tokens else ""
        async with gate:
            _, listener = await asyncio.get_running_loop().create_connection(
                lambda: Listener(crowd.port, crowd.path, token=token, wish=wish), "127.0.0.1", crowd.port
            )
            await asyncio.wait_for(listener.is_ready.wait(), PATIENCE_SECONDS)
        return listener

    return await asyncio.gather(*(opened(number) for number in range(crowd.listeners)))


def _reluctant(crowd: Crowd) -> list[Reluctant]:
    """Open those who will not read."""
    behaviours = [Behaviour(name) for name, count in crowd.reluctant.items() for _ in range(count)]
    tokens = crowd.reluctant_tokens
    return [
        Reluctant(behaviour, crowd.port, crowd.path, tokens[number % len(tokens)])
        for number, behaviour in enumerate(behaviours)
    ]


async def _lines() -> AsyncIterator[bytes]:
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    while line := await reader.readline():
        yield line


def _say(what: bytes) -> None:
    sys.stdout.buffer.write(what + b"\n")
    sys.stdout.buffer.flush()


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    asyncio.run(main())
