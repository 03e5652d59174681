"""What a feed is: ticks and the passing of time, asked for by spans of feed time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from streaming.validation import TradingDay


@dataclass(frozen=True, slots=True)
class Emission:
    """What the feed says at `log_time` (microseconds UTC): ticks of one trading day, or silence (`ticks` empty)."""

    log_time: int
    day: TradingDay
    ticks: NDArray[np.void]


class Feed(Protocol):
    """A source of ticks that reads no clock: the runner says which span of feed time it wants.

    Asking for adjoining spans gives the same emissions as asking for their union, in log-time order.
    """

    @property
    def names(self) -> Mapping[int, str]:
        """The symbol of every instrument id the feed may emit, the unknown ones included."""
        ...

    @property
    def first_us(self) -> int | None:
        """Log time of the first emission, None for a feed without a beginning."""
        ...

    @property
    def last_us(self) -> int | None:
        """Log time of the last emission, None for a feed without an end."""
        ...

    def emissions(self, after_us: int, until_us: int) -> Iterator[Emission]:
        """Yield the emissions with `after_us` < log time <= `until_us`."""
        ...
