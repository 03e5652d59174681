"""When a stored value stops being live.  Pure."""

from collections.abc import Iterable
from datetime import datetime

OPEN_STATES = frozenset({"OK", "PRIOR"})


def state_now(stored: str, *, tick_time: datetime, now: datetime, stale_after_seconds: float) -> str:
    """Return the state at `now` of a value that was stored in `stored`.

    In an open market a symbol whose last tick is older than `stale_after_seconds` is STALE; a closed or halted one
    keeps its state.
    """
    if stored in OPEN_STATES and (now - tick_time).total_seconds() > stale_after_seconds:
        return "STALE"
    return stored


def feed_clock(source: str, *, wall: datetime, instants: Iterable[datetime]) -> datetime:
    """Return the instant against which ages count: wall clock, or in a replay the newest recorded instant."""
    return max(instants, default=wall) if source == "replay" else wall
