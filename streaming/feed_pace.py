"""How fast feed time passes: with the wall clock, a multiple of it, or as fast as the worker follows."""

import math
import time
from collections.abc import Callable
from typing import Final, Protocol

MAXIMUM_SPEED: Final = math.inf
_FOREVER_US: Final = 2**62


def wall_clock_us() -> int:
    """Return the time of day in microseconds UTC."""
    return time.time_ns() // 1000


class Pace(Protocol):
    """Says up to which feed time emissions are due."""

    def due_us(self) -> int:
        """Return the feed time that has been reached, in microseconds UTC; it never falls."""
        ...


class WallPace:
    """Feed time is the wall clock; when that is set back, feed time waits for it."""

    def __init__(self, clock: Callable[[], int] = wall_clock_us) -> None:
        self._clock = clock
        self._reached = clock()

    def due_us(self) -> int:
        """Return the newest wall-clock time seen."""
        self._reached = max(self._reached, self._clock())
        return self._reached


class ReplayPace:
    """Recorded time passes `speed` times as fast as the clock, from just before `first_us`."""

    def __init__(self, first_us: int, *, speed: float, clock: Callable[[], float] = time.monotonic) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be positive, was {speed}")
        self._first, self._speed, self._clock = first_us, speed, clock
        self._begun = clock()

    def due_us(self) -> int:
        """Return the recorded time reached; at maximum speed all of it."""
        if math.isinf(self._speed):
            return _FOREVER_US
        return self._first + int((self._clock() - self._begun) * self._speed * 1e6)


def parse_speed(text: str) -> float:
    """Return the speed of `--speed`: a positive number, or MAXIMUM_SPEED for "max"; ValueError otherwise."""
    if text == "max":
        return MAXIMUM_SPEED
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not (math.isfinite(speed) and speed > 0):
        raise ValueError(f"speed must be a positive number or max, was {text}")
    return speed
