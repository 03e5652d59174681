"""The closed minutes of one session, folded one at a time: all that the features remember of a day.

A minute in which a symbol has no bar is silent: the next return spans it, counted once, and its variance time
is that of all its minutes.  A session's first return runs from its first open.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.comovement import BlockMoments
from risk.quant.guards import not_negative, positive
from risk.quant.jumps import CRITICAL, JumpTest
from risk.quant.volatility import elapsed_variance_time
from risk.quant.windows import PAISE

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

NEVER: Final = -1


@dataclass(frozen=True)
class Minute:
    """One closed minute of S symbols: prices in paise, volume in units (NaN unknown), ticks, which symbols have a
    bar, and the spread in basis points at its end (NaN unknown).  Only the active symbols' prices are read.

    Raises ValueError for arrays of different lengths, and for an active symbol whose prices are not positive, whose
    high or low does not enclose them, or whose volume, ticks or spread is negative or infinite.
    """

    open: IntArray
    high: IntArray
    low: IntArray
    close: IntArray
    volume: FloatArray
    ticks: IntArray
    active: BoolArray
    spread_bp: FloatArray

    def __post_init__(self) -> None:
        shapes = {array.shape for array in vars(self).values()}
        if len(shapes) > 1:
            raise ValueError(f"a minute's arrays must have one length, had {sorted(shapes)}")
        lowest, highest = np.minimum(self.open, self.close), np.maximum(self.open, self.close)
        wrong = (self.low <= 0) | (self.low > lowest) | (self.high < highest)
        if np.any(wrong & self.active):
            at = np.flatnonzero(wrong & self.active)[0]
            prices = [int(row[at]) for row in (self.open, self.high, self.low, self.close)]
            raise ValueError(f"open, high, low and close must be positive, low and high around the rest, were {prices}")
        for name in ("volume", "ticks", "spread_bp"):
            values = getattr(self, name)
            not_negative(name, values[self.active & ~np.isnan(values)])


class SessionTape:
    """Rows [M, S] per minute of the grid, and running facts [S].

    `price` close in paise, carried over silent minutes, 0 before the first bar; `squares` r^2 and `products`
    |r||r before|, 0 where none, the earlier return being of minute `linked`; `jump_test` the statistic, of which
    `tested` are known and `flagged` beyond the critical value; `volume`, `impact` |r| / rupee turnover and
    `log_spread`, NaN unknown; `ticks` per bar; `sums` returns, r^2 and products since the open.
    `end` minutes have passed.  Raises ValueError for a seasonal curve [S, M] that is not positive and finite,
    residuals that `JumpTest` refuses, and an index that is no column.
    """

    def __init__(self, seasonal: FloatArray, *, residuals: FloatArray, index: int | None = None) -> None:
        if positive("seasonal", seasonal).ndim != 2:
            raise ValueError(f"seasonal must be of shape [S, M], was {seasonal.shape}")
        symbols, self.minutes = seasonal.shape
        self.elapsed = np.ascontiguousarray(elapsed_variance_time(seasonal).T)
        self.tests = JumpTest(residuals, minutes=self.minutes)
        self.blocks = BlockMoments(symbols, index=index)
        grid = (self.minutes, symbols)
        self.active = np.zeros(grid, dtype=np.bool_)
        self.squares, self.products = np.zeros(grid), np.zeros(grid)
        self.linked = np.full(grid, NEVER, dtype=np.int64)
        self.ticks = np.zeros(grid)
        self.price = np.zeros(grid, dtype=np.int64)
        unknown = np.full((4, *grid), np.nan)
        self.jump_test, self.volume, self.impact, self.log_spread = unknown
        self.closed = np.zeros(self.minutes, dtype=np.bool_)
        self.first_minute, self.last_minute = np.full((2, symbols), NEVER)
        self.first_open, self.high, self.low, self.last_close = np.zeros((4, symbols), dtype=np.int64)
        self.sums = np.zeros((3, symbols))
        self.tested, self.flagged = np.zeros((2, symbols))
        self._absolute = np.zeros(symbols)
        self.end = 0

    def close(self, minute: int, bars: Minute) -> None:
        """Take the next closed minute, counted from the open; a minute past the grid is left out.

        Raises ValueError for a minute that does not follow the last one, or another number of symbols.
        """
        if minute < self.end or bars.active.shape != self.last_minute.shape:
            raise ValueError(
                f"expected minute {self.end} or later of {len(self.last_minute)} symbols, "
                f"was minute {minute} of {len(bars.active)}"
            )
        if minute >= self.minutes:
            return
        active, seen = bars.active, self.last_minute != NEVER
        before = np.where(seen, self.last_close, np.where(active, bars.open, 1))
        returns = np.log1p((np.where(active, bars.close, before) - before) / before)
        self.price[self.end : minute] = self.last_close
        self.price[minute] = np.where(active, bars.close, self.last_close)
        self._observe(minute, returns, active, seen)
        self._trade(minute, np.abs(returns), bars)
        self.blocks.close(minute, open=bars.open, close=bars.close, active=active)
        self._remember(minute, bars)

    def price_before(self, minute: int) -> IntArray:
        """Return the last close in paise [S] known at the start of the minute, 0 before the first.

        Before the open none is known; after the last closed minute its close is.
        """
        row = min(minute, self.end) - 1
        return self.price[row] if row >= 0 else np.zeros_like(self.last_close)

    def days(self) -> IntArray:
        """Return the session so far as prices [4, S], rows open, high, low, close; 0 without a bar."""
        return np.stack((self.first_open, self.high, self.low, self.last_close))

    def _observe(self, minute: int, returns: FloatArray, active: BoolArray, seen: BoolArray) -> None:
        absolute = np.abs(returns)
        start = np.where(seen, self.last_minute + 1, minute)
        span = self.elapsed[minute + 1] - self.elapsed[start, np.arange(len(start))]
        statistic = self.tests.step(returns / np.sqrt(span), active)
        self.jump_test[minute] = statistic
        self.tested += np.isfinite(statistic)
        self.flagged += statistic > CRITICAL
        self.squares[minute] = absolute**2
        self.products[minute, active] = (absolute * self._absolute)[active]
        self.linked[minute, active] = self.last_minute[active]
        self.sums += np.stack((active, self.squares[minute], self.products[minute]))
        self._absolute = np.where(active, absolute, self._absolute)

    def _trade(self, minute: int, absolute: FloatArray, bars: Minute) -> None:
        volume = np.where(bars.active, bars.volume, np.nan)
        turnover = volume * (bars.close / PAISE)
        traded = turnover > 0
        self.volume[minute] = volume
        np.divide(absolute, turnover, out=self.impact[minute], where=traded)
        quoted = bars.active & (bars.spread_bp > 0)
        np.log(bars.spread_bp, out=self.log_spread[minute], where=quoted)
        self.ticks[minute] = np.where(bars.active, bars.ticks, 0)

    def _remember(self, minute: int, bars: Minute) -> None:
        active, fresh = bars.active, bars.active & (self.first_minute == NEVER)
        self.first_minute[fresh], self.first_open[fresh] = minute, bars.open[fresh]
        self.high = np.where(active, np.maximum(self.high, bars.high), self.high)
        self.low = np.where(active & ~fresh, np.minimum(self.low, bars.low), np.where(fresh, bars.low, self.low))
        self.last_close = np.where(active, bars.close, self.last_close)
        self.last_minute = np.where(active, minute, self.last_minute)
        self.active[minute], self.closed[minute] = active, True
        self.end = minute + 1
