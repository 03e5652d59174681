"""Feeds of JSON lines: what a provider's own program writes, live, or lines whose time of arrival is known."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from risk.quant.ticks import blank_ticks
from streaming.feeds.base import Emission
from streaming.feeds.json_ticks import TickReader
from streaming.feeds.line_splitting import Lines
from streaming.validation import TradingDay

SILENCE_US: Final = 100_000  # the longest that live time passes without an emission


class LineSource(Protocol):
    """Where a live feed's lines come from."""

    def take(self) -> Lines | None:
        """Return the lines that ended since, without waiting; None when no more will come."""
        ...

    def put_back(self, lines: Lines) -> None:
        """Let `lines` come again: nobody took them."""
        ...


@dataclass(slots=True)
class JsonLinesFeed:
    """Emits what `source` brings as it comes, stamped with the feed time at which it is asked for.

    Its spans cannot be asked for twice, nor in another cut: what has come is told once.
    """

    source: LineSource
    reader: TickReader
    day_at: Callable[[int], TradingDay]
    _ended_at: int | None = None

    @property
    def names(self) -> Mapping[int, str]:
        """The symbol of every instrument that is traded."""
        return self.reader.names

    @property
    def first_us(self) -> None:
        """A live feed has no beginning."""
        return None

    @property
    def last_us(self) -> int | None:
        """Log time of the last emission once the source has ended, None before."""
        return self._ended_at

    def emissions(self, after_us: int, until_us: int) -> Iterator[Emission]:
        """Yield what has come, at `until_us`; or silence, when that has lasted long enough to be told."""
        if until_us <= after_us:
            return
        lines = self.source.take()
        if lines:
            yield from self._told(lines, until_us)
        elif lines is None or until_us - after_us >= SILENCE_US:
            self._ended_at = until_us if lines is None else None
            yield Emission(until_us, self.day_at(until_us), blank_ticks(0))

    def _told(self, lines: Lines, at: int) -> Iterator[Emission]:
        day = self.day_at(at)
        ticks, refusals = self.reader.read(lines, received_at=at, day=day)
        try:
            yield Emission(at, day, ticks, refusals)
        except GeneratorExit:  # the run ends before it took them: they belong to the next one
            self.source.put_back(lines)
            raise
