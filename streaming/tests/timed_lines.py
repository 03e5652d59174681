"""Lines of a feed at known times, as if a provider had sent them."""

from collections.abc import Iterator, Mapping, Sequence

from streaming.feeds.base import Emission
from streaming.feeds.json_ticks import TickReader
from streaming.feeds.line_splitting import LineSplitter
from streaming.validation import TradingDay


class TimedLinesFeed:
    """Emits batches of lines at known times: (log time, bytes), in the order of time, with whole lines in each."""

    def __init__(self, batches: Sequence[tuple[int, bytes]], *, reader: TickReader, day: TradingDay) -> None:
        """Raises ValueError for no batch."""
        if not batches:
            raise ValueError("a feed of timed lines needs at least one batch, had none")
        self._batches, self._reader, self.day = batches, reader, day

    @property
    def names(self) -> Mapping[int, str]:
        """The symbol of every instrument that is traded."""
        return self._reader.names

    @property
    def first_us(self) -> int:
        """Log time of the first batch."""
        return self._batches[0][0]

    @property
    def last_us(self) -> int:
        """Log time of the last batch."""
        return self._batches[-1][0]

    def emissions(self, after_us: int, until_us: int) -> Iterator[Emission]:
        """Yield one emission per batch with `after_us` < log time <= `until_us`."""
        for at, chunk in self._batches:
            if after_us < at <= until_us:
                ticks, refusals = self._reader.read(LineSplitter().split(chunk), received_at=at, day=self.day)
                yield Emission(at, self.day, ticks, refusals)
