"""Whether something grows: the slope of samples over time, with how sure it is.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.special import stdtrit

CONFIDENCE: Final = 0.95
BLOCK_SECONDS: Final = 60.0
LEAST_BLOCKS: Final = 4


class Verdict(StrEnum):
    """Whether a goal is met; open where the samples cannot tell."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"


@dataclass(frozen=True)
class Slope:
    """Units per hour, between bounds of CONFIDENCE."""

    per_hour: float
    low: float
    high: float

    def against(self, limit: float) -> Verdict:
        """Return whether the growth is at most `limit` per hour."""
        if self.high <= limit:
            return Verdict.MET
        return Verdict.MISSED if self.low > limit else Verdict.OPEN


def slope(seconds: Sequence[float], values: Sequence[float]) -> Slope:
    """Return the slope of a straight line through the means of whole minutes.

    Samples of one minute hang together; their means less so, and the bounds take them for independent.  Raises
    ValueError for less than four minutes.
    """
    times, sizes = np.asarray(seconds, dtype=np.float64), np.asarray(values, dtype=np.float64)
    block = np.floor((times - times[0]) / BLOCK_SECONDS)
    numbers = np.unique(block)
    if len(numbers) < LEAST_BLOCKS:
        raise ValueError(f"a slope needs samples of {LEAST_BLOCKS} minutes, had {len(numbers)}")
    x = np.array([times[block == number].mean() for number in numbers]) / 3600.0
    y = np.array([sizes[block == number].mean() for number in numbers])
    centred = x - x.mean()
    per_hour = float(centred @ y / (centred @ centred))
    residual = y - y.mean() - per_hour * centred
    free = len(x) - 2
    deviation = float(np.sqrt(residual @ residual / free / (centred @ centred)))
    reach = float(stdtrit(free, 0.5 + CONFIDENCE / 2.0)) * deviation
    return Slope(per_hour, per_hour - reach, per_hour + reach)
