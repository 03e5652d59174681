"""The newest alerts, run and configuration messages of a hub, for sockets that are behind.  Pure."""

from collections import deque
from collections.abc import Iterator

MOST_EVENTS = 1_000
MOST_BYTES = 2_000_000


class RecentEvents:
    """Encoded frames by number, bounded in count and bytes; the oldest go first."""

    def __init__(self) -> None:
        self._frames: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self.lost_through = 0

    def add(self, number: int, frame: bytes) -> None:
        self._frames.append((number, frame))
        self._bytes += len(frame)
        while len(self._frames) > MOST_EVENTS or self._bytes > MOST_BYTES:
            self.lost_through, gone = self._frames.popleft()
            self._bytes -= len(gone)

    def after(self, number: int) -> list[tuple[int, bytes]]:
        """Return those still here whose number is above `number`, oldest first."""
        return list(self._newest_first_after(number))[::-1]

    def _newest_first_after(self, number: int) -> Iterator[tuple[int, bytes]]:
        for numbered in reversed(self._frames):
            if numbered[0] <= number:
                return
            yield numbered
