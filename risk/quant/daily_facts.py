"""What the past days say for the whole of the running session."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.excursions import positive
from risk.quant.features import EXCURSION_DAYS
from risk.quant.ranges import RangeVariance, is_unadjusted, night_moves, range_variance, same_scale
from risk.quant.windows import PAISE

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


class Extremes(NamedTuple):
    """Highest and lowest price in rupees of a span's usable sessions, NaN for none, and their count, [..., S]."""

    highest: FloatArray
    lowest: FloatArray
    sessions: FloatArray


@dataclass(frozen=True)
class DailyFacts:
    """What holds for a whole session about the past days [21, 4, S]: worked out once, at its start."""

    days: IntArray

    @cached_property
    def ranges(self) -> RangeVariance:
        """The range estimators."""
        return range_variance(self.days)

    @cached_property
    def usable(self) -> BoolArray:
        """Sessions that are known and on the price scale of the last one [21, S]."""
        usable: BoolArray = same_scale(self.days) & (self.days[:, 0] > 0)
        return usable

    @cached_property
    def unadjusted(self) -> BoolArray:
        """Symbols with an unadjusted night in the ring [S]."""
        flagged: BoolArray = np.logical_or.reduce(is_unadjusted(night_moves(self.days)), axis=0)
        return flagged

    @cached_property
    def last_close(self) -> FloatArray:
        """The last known close in paise [S], NaN for none."""
        return positive(self.days[self._newest, 3, np.arange(self.days.shape[2])].astype(np.float64))

    @cached_property
    def sessions_behind(self) -> FloatArray:
        """Sessions missing after the newest known one [S], NaN without any."""
        behind = len(self.days) - 1 - self._newest
        return np.where(np.isfinite(self.last_close), behind, np.nan)

    @cached_property
    def _newest(self) -> IntArray:
        known = self.days[:, 0] > 0
        newest: IntArray = len(self.days) - 1 - np.argmax(known[::-1], axis=0)
        return newest

    @cached_property
    def spans(self) -> Extremes:
        """The extremes of each span of EXCURSION_DAYS, less the running session."""
        found = [self._extremes(sessions - 1) for sessions in EXCURSION_DAYS.values()]
        return Extremes(*(np.stack(parts) for parts in zip(*found, strict=True)))

    def _extremes(self, sessions: int) -> Extremes:
        recent, usable = self.days[len(self.days) - sessions :], self.usable[len(self.days) - sessions :]
        high, low = np.where(usable, recent[:, 1], np.nan), np.where(usable, recent[:, 2], np.nan)
        highest = np.fmax.reduce(high, axis=0, initial=np.nan)
        lowest = np.fmin.reduce(low, axis=0, initial=np.nan)
        return Extremes(highest / PAISE, lowest / PAISE, usable.sum(axis=0).astype(np.float64))
