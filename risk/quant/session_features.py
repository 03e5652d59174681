"""The features of one session: closed minutes go in one at a time, a table of current values comes out.

The state is a function of the past and of the closed minutes alone, so a restart replays today's bars.
Windows of closed minutes end with the last minute that can have closed; what names a price uses the live one.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant import feature_rows, live_rows
from risk.quant.daily_facts import DailyFacts
from risk.quant.feature_past import FeaturePast
from risk.quant.features import FeatureTable, TableWriter
from risk.quant.guards import at_least, finite, positive
from risk.quant.liquidity import BUCKET_MINUTES
from risk.quant.live_market import LiveMarket
from risk.quant.session_tape import Minute, SessionTape

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

# A minute closes two seconds after its end; until then the window still ends a minute earlier.
GRACE_MINUTES: Final = 0.05


class SessionFeatures:
    """Rolling features of S symbols within one session.

    `seasonal` [S, M] is s with mean square 1 on the past's grid; `index` is the column of the market's index,
    None for none.  Raises ValueError for a past of other symbols or another grid, and as `SessionTape` does.
    """

    def __init__(self, past: FeaturePast, seasonal: FloatArray, *, index: int | None = None) -> None:
        if past.arrivals.shape[1:] != (seasonal.shape[1] // BUCKET_MINUTES, len(seasonal)):
            raise ValueError(f"a past of quarters, symbols {past.arrivals.shape[1:]} does not fit {seasonal.shape}")
        self.past = past
        self.index = index
        self.tape = SessionTape(seasonal, residuals=past.residuals, index=index)
        self._daily = DailyFacts(past.days)
        self._rows: TableWriter | None = None
        self._rows_of = (0, 0)

    def close_minute(
        self,
        minute: int,
        *,
        open: IntArray,
        high: IntArray,
        low: IntArray,
        close: IntArray,
        volume: FloatArray,
        ticks: IntArray,
        active: BoolArray,
        spread_bp: FloatArray | None = None,
    ) -> None:
        """Take the next closed minute, counted from the open; arrays as in `Minute`.

        Raises ValueError as `Minute` and `SessionTape.close` do.
        `spread_bp` is the spread at the minute's end where the caller keeps it.
        """
        spread = np.full(active.shape, np.nan) if spread_bp is None else spread_bp
        self.tape.close(minute, Minute(open, high, low, close, volume, ticks, active, spread))

    def replay(self, bars: NDArray[np.void], instruments: IntArray) -> None:
        """Close the minutes of bars (dtype BAR) of this session; `instruments` [S] ascending are the columns.

        Raises ValueError for bars of other instruments, and as `Minute` and `SessionTape` do.
        """
        order = np.lexsort((bars["instrument"], bars["minute"]))
        cuts = np.flatnonzero(np.diff(bars["minute"][order])) + 1
        for group in np.split(bars[order], cuts) if len(bars) else []:
            self.tape.close(int(group["minute"][0]), _minute_of(group, instruments))

    def table(
        self, minute: float, live: LiveMarket, *, horizon: float = 60.0, session_minutes: int | None = None
    ) -> FeatureTable:
        """Return every feature at a time in minutes from the open; changes nothing.

        The limits are seen over `horizon` minutes, cut at the session's end.  Raises ValueError for a time before
        the last closed minute's end or that is not finite, a horizon or length of the session that is not positive, and
        for a market of other symbols.
        """
        finite("minute", minute)
        positive("horizon", horizon)
        if session_minutes is not None:
            at_least("session_minutes", session_minutes, 1)
        symbols = len(self.tape.last_minute)
        if not minute >= self.tape.end or len(live.price) != symbols:
            raise ValueError(
                f"expected {symbols} symbols at minute {self.tape.end} or later, "
                f"was {len(live.price)} at minute {minute}"
            )
        closes = self.tape.minutes if session_minutes is None else session_minutes
        end = max(self.tape.end, int(np.floor(minute - GRACE_MINUTES)))
        at = live_rows.Instant(minute, end, min(minute + horizon, closes))
        writer = self._closed_rows(end).later((minute - end) * feature_rows.MINUTE_SECONDS)
        live_rows.put_moves(writer, self.tape, live, at)
        live_rows.put_excursions(writer, self._daily, self.tape, live)
        live_rows.put_book(writer, self.past, live, at)
        live_rows.put_options(writer, self.tape, live)
        live_rows.put_limits(writer, self.tape, live, at, index=self.index)
        live_rows.put_quality(writer, self.past, self._daily, self.tape, live, at)
        return writer.table()

    def _closed_rows(self, end: int) -> TableWriter:
        """Return the rows that only closed minutes decide, as of minute `end`: worked out once a minute."""
        if self._rows is None or self._rows_of != (end, self.tape.end):
            writer = TableWriter(len(self.tape.last_minute))
            feature_rows.put_returns(writer, self.tape, end)
            feature_rows.put_jumps(writer, self.tape, end)
            feature_rows.put_ranges(writer, self._daily, self.tape, end)
            feature_rows.put_liquidity(writer, self.past, self.tape, end)
            feature_rows.put_co_movement(writer, self.past, self.tape, end)
            self._rows, self._rows_of = writer, (end, self.tape.end)
        return self._rows

    def finished(self) -> FeaturePast:
        """Return the past after this session; see `FeaturePast.rolled`."""
        return self.past.rolled(self.tape)


def _minute_of(bars: NDArray[np.void], instruments: IntArray) -> Minute:
    strays = np.setdiff1d(bars["instrument"], instruments)
    if len(strays):
        raise ValueError(f"bars must be of the given instruments, were of {strays.tolist()} too")
    column = np.searchsorted(instruments, bars["instrument"])
    prices = np.zeros((5, len(instruments)), dtype=np.int64)
    for row, name in zip(prices, ("open", "high", "low", "close", "ticks"), strict=True):
        row[column] = bars[name]
    volume, spread = np.full((2, len(instruments)), np.nan)
    volume[column], spread[column] = bars["volume"], bars["spread_bp"]
    active = np.zeros(len(instruments), dtype=np.bool_)
    active[column] = True
    return Minute(prices[0], prices[1], prices[2], prices[3], volume, prices[4], active, spread)
