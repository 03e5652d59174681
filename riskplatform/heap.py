"""Memory that the C library keeps although nothing holds it any more.

A drain takes and frees blocks of every size; what is left free between small ones that stay, glibc keeps, and a pool
child grew by 7 to 9 MB an hour that way.  Asked to, glibc gives whole free pages back; others know no such call.
"""

import ctypes
import time
from typing import Final

EVERY_SECONDS: Final = 60.0
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)


class Trimmer:
    """Gives the heap's free pages back, at most once in `every` seconds of the process's clock."""

    def __init__(self, *, every: float = EVERY_SECONDS) -> None:
        self._every = every
        self._due = 0.0

    def after_task(self, **_: object) -> None:
        """Do it where it is due: a receiver of Celery's `task_postrun`, when nothing waits for this process."""
        now = time.monotonic()
        if _trim is None or now < self._due:
            return
        self._due = now + self._every
        _trim(0)
