"""How long a socket may leave everything that is sent to it where it is."""

import asyncio
import time
from collections.abc import Set
from weakref import WeakKeyDictionary

from streaming.line import Line
from streaming.protocol import CloseCode

PATIENCE_SECONDS = 20.0
LOOK_SECONDS = 1.0


class Patience:
    """With one client.  Pure: it is told the time, in seconds."""

    def __init__(self) -> None:
        self._most_taken: int | None = None
        self._since = 0.0

    def is_over(self, taken: int | None, *, now: float) -> bool:
        """Note what the client has taken, None when nothing waits for it; say whether it has left it all too long."""
        if taken is None or self._most_taken is None or taken > self._most_taken:
            self._most_taken = taken
            self._since = now
        return now - self._since > PATIENCE_SECONDS


async def end_those_that_do_not_drain(lines: Set[Line]) -> None:
    """Close sockets whose client takes nothing, as long as this runs."""
    patience: WeakKeyDictionary[Line, Patience] = WeakKeyDictionary()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = time.monotonic()
        slow = [line for line in lines if patience.setdefault(line, Patience()).is_over(line.wire.taken(), now=now)]
        for line in slow:
            line.end(CloseCode.TOO_SLOW, f"Nothing was read for {PATIENCE_SECONDS:.0f} s.")
