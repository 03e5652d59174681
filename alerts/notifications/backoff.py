"""When a failed send is tried again, and when it is given up.  Pure."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(hours=1)
GIVEN_UP_AFTER: Final = timedelta(hours=72)
_MOST_DOUBLINGS: Final = 20


def pause_after(attempts: int, *, key: str) -> timedelta:
    """Return how long to wait after this many attempts: doubling from 10 s to an hour, the upper half of it jitter.

    The jitter is taken from the message's key, so that messages which failed together do not come back together.
    Raises ValueError when nothing was attempted.
    """
    if attempts < 1:
        raise ValueError(f"attempts must be at least 1, was {attempts}")
    full = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempts - 1, _MOST_DOUBLINGS)))
    return full * (0.5 + 0.5 * _fraction(f"{key}|{attempts}"))


def next_attempt(
    *, since: datetime, now: datetime, attempts: int, key: str, asked: timedelta = timedelta(0)
) -> datetime | None:
    """Return when to try again, None once that would be more than 72 hours after `since`.

    `asked` is what the receiver wants to wait (Retry-After); it is heard up to an hour.
    """
    at = now + max(pause_after(attempts, key=key), min(asked, LONGEST_PAUSE))
    return at if at <= since + GIVEN_UP_AFTER else None


def _fraction(text: str) -> float:
    """Return a number in [0, 1) that looks random and is the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48
