"""Tells a running feed that it must end its run: the process is to stop, or another source was chosen."""

import threading
import time
from collections.abc import Callable
from typing import Final, Self

import structlog
from django.db import Error as DatabaseProblem
from django.db import connection

from streaming.feed_runner import EndReason
from streaming.source_queries import newest_number

logger = structlog.get_logger(__name__)
LOOK_SECONDS: Final = 0.5
JOIN_SECONDS: Final = 1.0
STEP_SECONDS: Final = 0.05  # how long a stop waits to be passed on


class SourceWatch:
    """Looks in a thread of its own, so that the feed never waits for the database; `ending` is set once."""

    def __init__(self, number: int, *, stop: threading.Event, look: Callable[[], int] = newest_number) -> None:
        self._number, self._stop, self._look = number, stop, look
        self._over = threading.Event()
        self.ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="source-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(JOIN_SECONDS)  # a look at a database that hangs holds nobody up

    def why(self) -> EndReason:
        """Return why the run must end."""
        return EndReason.STOPPED if self._stop.is_set() else EndReason.SOURCE_CHANGED

    def _watch(self) -> None:
        try:
            looked_at = 0.0
            while not self._over.wait(STEP_SECONDS) and not self._stop.is_set():
                if time.monotonic() - looked_at < LOOK_SECONDS:
                    continue
                looked_at = time.monotonic()
                if self._has_changed():
                    break
        finally:
            connection.close()
            self.ending.set()

    def _has_changed(self) -> bool:
        try:
            return self._look() != self._number
        except DatabaseProblem as problem:
            logger.warning("chosen source unreadable", problem=str(problem))
            connection.close()
            return False
