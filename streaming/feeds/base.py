"""What a feed is: ticks and the passing of time, asked for by spans of feed time."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from streaming.reasons import Reason
from streaming.validation import TradingDay

SAMPLES_PER_REASON: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sample:
    """What was refused, or accepted with a warning, as it came; the numbers that were not sent are None."""

    reason: str
    symbol: str
    detail: dict[str, float | str | None]
    received_at: int  # microseconds UTC


@dataclass(slots=True)
class Refusals:
    """What a feed itself refused: exact counts, and samples, at most SAMPLES_PER_REASON of each reason."""

    counts: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)

    def add(self, reason: Reason, symbol: str, detail: dict[str, float | str | None], *, received_at: int) -> None:
        """Count one, and keep it as a sample while there is room."""
        self.counts[reason.value] += 1
        if self.counts[reason.value] <= SAMPLES_PER_REASON:
            self.samples.append(Sample(reason.value, symbol, detail, received_at))


@dataclass(frozen=True, slots=True)
class Emission:
    """What the feed says at `log_time` (microseconds UTC): ticks of one trading day, or silence (`ticks` empty)."""

    log_time: int
    day: TradingDay
    ticks: NDArray[np.void]
    refusals: Refusals | None = None  # what came in the same span and is no tick


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
