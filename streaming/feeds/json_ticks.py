"""From lines to ticks: what is wrong is refused by its reason, its neighbours pass.

Most lines are good, so they are decoded together and checked by columns; a line with anything odd about it is read by
itself by `json_line.read_line`, whose word is final.  Both ways give the same ticks.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.ticks import blank_ticks
from streaming.feeds.base import Refusals
from streaming.feeds.json_line import CENTURY, LONGEST_LINE, NUMBERS, BadLine, excerpt, read_line, shown
from streaming.feeds.line_columns import LineColumns
from streaming.feeds.line_splitting import Lines
from streaming.feeds.odd_ticks import OddTicks
from streaming.reasons import Reason
from streaming.validation import TradingDay

_UNKNOWN: Final = -1


@dataclass(slots=True)
class TickReader:
    """Reads the lines of one source; `instruments` and `delisted` know symbols and aliases."""

    instruments: Mapping[str, int]
    delisted: Set[str] = frozenset()
    names: dict[int, str] = field(init=False)
    _odd_ticks: OddTicks = field(init=False)

    def __post_init__(self) -> None:
        self._odd_ticks = OddTicks(np.unique(np.array(list(self.instruments.values()), dtype=np.int64)))
        # Of several names the first is told, which is the symbol itself.
        self.names = {number: symbol for symbol, number in reversed(list(self.instruments.items()))}

    def read(self, lines: Lines, *, received_at: int, day: TradingDay) -> tuple[NDArray[np.void], Refusals]:
        """Return the ticks of the lines, received at `received_at` (microseconds UTC) of `day`, and what is none."""
        refusals = Refusals()
        for beginning, size in lines.too_long:
            problem = f"a line has at most {LONGEST_LINE:,} bytes, had {size:,}"
            _refuse(refusals, BadLine(Reason.TOO_LARGE, problem), beginning, size=size, received_at=received_at)
        ticks = self.parse(lines.whole, refusals, received_at=received_at)
        return self._odd_ticks.sift(ticks, day, refusals, names=self.names), refusals

    def parse(self, lines: Sequence[bytes], refusals: Refusals, *, received_at: int) -> NDArray[np.void]:
        """Return the ticks that stand in the lines, each judged by itself."""
        ticks = blank_ticks(len(lines))
        ticks["receive_time"] = received_at
        good = self._fill(ticks, LineColumns.of(lines)) if lines else np.empty(0, dtype=np.bool_)
        for row in np.flatnonzero(~good).tolist():
            try:
                ticks[row] = self._tick(lines[row], received_at)
                good[row] = True
            except BadLine as bad:
                _refuse(refusals, bad, lines[row], size=len(lines[row]), received_at=received_at)
        return ticks[good]

    def _fill(self, ticks: NDArray[np.void], columns: LineColumns) -> NDArray[np.bool_]:
        """Fill in the columns and return which rows are ticks beyond doubt."""
        known = [self.instruments.get(symbol, _UNKNOWN) for symbol in columns.texts("symbol")]
        instrument, times = np.array(known, dtype=np.int64), columns.integers("exchange_time")
        good: NDArray[np.bool_] = columns.is_flat & (instrument != _UNKNOWN)
        good &= (times >= CENTURY[0] * 1_000_000) & (times < CENTURY[1] * 1_000_000)
        for name in NUMBERS:
            if (found := columns.numbers(name)) is not None:
                ticks[name], sound = found
                good &= sound
            elif name == "last_price":
                good[:] = False
        ticks["instrument"], ticks["exchange_time"] = np.where(good, instrument, 0), times
        good &= np.isfinite(ticks["last_price"])
        return good

    def _tick(self, line: bytes, received_at: int) -> tuple[float, ...]:
        found = read_line(line)
        number = self.instruments.get(found.symbol)
        if number is not None:
            return (number, found.exchange_time, received_at, *found.numbers)
        name = shown(found.symbol, length=60)
        if found.symbol in self.delisted:
            raise BadLine(Reason.DELISTED_SYMBOL, f"{name} is no longer traded here", found.symbol)
        raise BadLine(Reason.UNKNOWN_SYMBOL, f"no instrument and no alias is called {name}", found.symbol)


def _refuse(refusals: Refusals, bad: BadLine, line: bytes, *, size: int, received_at: int) -> None:
    detail: dict[str, float | str | None] = {"problem": bad.problem, "line": excerpt(line), "bytes": size}
    refusals.add(bad.reason, shown(bad.symbol, length=60), detail, received_at=received_at)
