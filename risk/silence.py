"""Which symbols are not heard any more.  Pure: times come from the log."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import not_negative, positive

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

SECOND_US: Final = 1_000_000
WATCH_SECONDS: Final = 900.0  # of the quarter hour whose longest silence counts
LEAST_TICKS: Final = 0.5  # taken for a quarter hour that was watched and had none: it is thin, not unknown


@dataclass(frozen=True)
class Patience:
    """A symbol is silent after `floor_seconds`, or after `gaps` times its usual longest gap if that is longer."""

    floor_seconds: float
    gaps: float

    def limits(self, mean_seconds: FloatArray) -> FloatArray:
        """Return after how many seconds each symbol is silent [S]; the floor where the mean gap is NaN, not known.

        Raises ValueError for a gap below 0.
        """
        known = np.isfinite(mean_seconds)
        learned = self.gaps * usual_longest_gap(np.where(known, mean_seconds, 0.0))
        limits: FloatArray = np.maximum(learned, self.floor_seconds)
        return limits

    @property
    def heard_seconds(self) -> float:
        """How recent the newest tick of all must be for the feed to count as heard."""
        return self.floor_seconds / self.gaps


@dataclass(frozen=True)
class Hearing:
    """What is heard of S symbols at an instant: seconds since each one's tick (or the open), and which are silent.

    `seen` have had a tick in this run, `has_new_ticks` in this session; only the seen can be silent.  Of symbols that
    others look after it is only known how long all of them have been silent; NaN without such.
    """

    age_seconds: FloatArray
    limits: FloatArray
    seen: BoolArray
    has_new_ticks: BoolArray
    silent: BoolArray
    elsewhere_age: float = float("nan")
    elsewhere_limit: float = float("inf")
    is_new_elsewhere: bool = False

    @property
    def feed_age(self) -> float:
        """Seconds since the newest tick of all, NaN without any."""
        own = float(self.age_seconds[self.seen].min()) if self.seen.any() else float("nan")
        return float(np.fmin(own, self.elsewhere_age))

    @property
    def feed_has_new_ticks(self) -> bool:
        """Whether any symbol at all had a tick in this session."""
        return self.is_new_elsewhere or bool(self.has_new_ticks.any())

    @property
    def is_mute(self) -> bool:
        """Whether the feed as a whole is silent: of at least two symbols none is heard."""
        others = np.isfinite(self.elsewhere_age)
        if others and self.elsewhere_age <= self.elsewhere_limit:
            return False
        return int(self.seen.sum()) + others > 1 and bool(np.array_equal(self.seen, self.silent))


def mean_gap(arrivals: FloatArray) -> FloatArray:
    """Return the mean seconds between ticks from arrivals [2, ...], minutes and ticks; NaN where none was watched."""
    minutes, ticks = arrivals
    watched = minutes > 0
    found: FloatArray = np.where(watched, 60.0 * minutes / np.maximum(ticks, LEAST_TICKS), np.nan)
    return found


def usual_longest_gap(mean_seconds: FloatArray) -> FloatArray:
    """Return the longest of a quarter hour's gaps, as expected of ticks that come at random with this mean gap.

    Three mean gaps are nothing unusual: one gap in twenty is longer.  Of n gaps the longest has a mean of about
    mean (ln n + Euler's constant); with less than one tick in the quarter hour n counts as 1.
    Raises ValueError for a gap below 0.

    Source: the extreme values of the exponential distribution; Embrechts, Klüppelberg and Mikosch (1997), p. 125.
    """
    not_negative("mean_seconds", mean_seconds)
    count = np.maximum(WATCH_SECONDS / np.maximum(mean_seconds, 1e-9), 1.0)
    longest: FloatArray = mean_seconds * (np.log(count) + np.euler_gamma)
    return longest


def hearing(
    newest_us: IntArray,
    *,
    instant_us: int,
    open_us: int,
    limits: FloatArray,
    elsewhere_us: int = 0,
    elsewhere_limit: float = float("inf"),
) -> Hearing:
    """Return what is heard at an instant of a session that opened at `open_us`; ages count from its open at most.

    `newest_us` is the time of each symbol's newest tick, `elsewhere_us` that of the newest of symbols that others look
    after, who are silent after `elsewhere_limit` seconds; 0 before the first.  Raises ValueError for an instant before
    the open, and for limits that are not positive.
    """
    if instant_us < open_us:
        raise ValueError(f"instant_us must not lie before the open {open_us}, was {instant_us}")
    positive("limits", limits)
    age = (instant_us - np.maximum(newest_us, open_us)) / SECOND_US
    seen = newest_us > 0
    elsewhere = (instant_us - max(elsewhere_us, open_us)) / SECOND_US if elsewhere_us else float("nan")
    silent, is_new = seen & (age > limits), newest_us >= open_us
    return Hearing(age, limits, seen, is_new, silent, elsewhere, elsewhere_limit, elsewhere_us >= open_us)
