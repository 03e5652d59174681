"""The way of ticks and finished bars into the open minutes; refuses what is late or belongs to no session."""

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US, TradingClock
from risk.quant.fold_state import FoldState
from risk.quant.universe import Universe
from risk.quant.windows import NO_VOLUME, PAISE, IntArray, late_ticks

BoolArray = NDArray[np.bool_]

# A cumulative volume beyond this is not one: it would overflow the integers of a bar.
LARGEST_VOLUME = 2.0**62
# Rupees whose paise an integer holds, and are not 0 when rounded.
SMALLEST_PRICE = 0.5 / PAISE
LARGEST_PRICE = 2.0**62 / PAISE


class Intake:
    """Folds ticks of a universe into states; keeps nothing but the session it last looked up."""

    def __init__(self, *, universe: Universe, clock: TradingClock) -> None:
        self._instruments = universe.instruments
        self._clock = clock
        self._window = (0, 0)

    def fold(self, ticks: NDArray[np.void], state: FoldState) -> int:
        """Fold ticks (dtype TICK), given in log order, into the state and return how many were left out.

        Left out are late ticks, those outside every session or of no instrument, and those whose price is NaN or
        rounds to no paisa or to more than 2^62 of them.  A quote or volume of that kind is taken as not sent.
        """
        instrument = ticks["instrument"]
        order = np.argsort(instrument, kind="stable")
        symbol = np.searchsorted(self._instruments, instrument[order])
        symbol = np.minimum(symbol, len(self._instruments) - 1)
        times, prices = ticks["exchange_time"][order], ticks["last_price"][order]
        keep = (self._instruments[symbol] == instrument[order]) & (prices > SMALLEST_PRICE) & (prices < LARGEST_PRICE)
        keep &= times >= state.closed_before * MINUTE_US
        keep &= self.inside_sessions(times)
        if not keep.all():
            order, symbol, times, prices = order[keep], symbol[keep], times[keep], prices[keep]
        if len(order):
            late = late_ticks(symbol=symbol, time_us=times, newest_us=state.newest_us)
            if late.any():
                order, symbol, times, prices = order[~late], symbol[~late], times[~late], prices[~late]
            _merge(state, symbol, times, prices, ticks["volume"][order])
            state.bid[symbol], state.ask[symbol] = _paise(ticks["bid_price"][order]), _paise(ticks["ask_price"][order])
        return len(ticks) - len(order)

    def put(self, bars: NDArray[np.void], state: FoldState) -> None:
        """Put finished bars (dtype BAR), at least one and in order of time, into the state as their minutes' content.

        Raises ValueError, and puts none, if one cannot be folded as a closed minute: its time or instrument does not
        belong, or its prices are not positive with the high and low around open and close.
        """
        self._refuse_strays(bars, state)
        cuts = np.flatnonzero(np.diff(bars["start"])) + 1
        for group in np.split(bars, cuts):
            symbol = np.searchsorted(self._instruments, group["instrument"])
            state.bars.put(int(group["start"][0]) // MINUTE_US, symbol=symbol, bars=group)

    def _refuse_strays(self, bars: NDArray[np.void], state: FoldState) -> None:
        early = bars["start"] < state.closed_before * MINUTE_US
        unknown = ~np.isin(bars["instrument"], self._instruments)
        stray = int((early | unknown | ~self.inside_sessions(bars["start"])).sum())
        if stray:
            raise ValueError(f"{stray} bars lie outside every session, in a closed minute or are of no instrument")
        lowest, highest = np.minimum(bars["open"], bars["close"]), np.maximum(bars["open"], bars["close"])
        wrong = (bars["low"] <= 0) | (bars["low"] > lowest) | (bars["high"] < highest)
        if wrong.any():
            prices = bars[["open", "high", "low", "close"]][wrong][0]
            raise ValueError(f"prices must be positive, low and high around open and close, were {prices}")

    def inside_sessions(self, times: IntArray) -> BoolArray:
        """Return which times lie in a session of the clock; no time, or one that no calendar knows, does not."""
        opens, closes = self._window
        if len(times) and opens <= times.min() and times.max() < closes:
            return np.ones(len(times), dtype=np.bool_)
        minutes, where = np.unique(times // MINUTE_US, return_inverse=True)
        sessions = [self._clock.session_at(minute * MINUTE_US) for minute in minutes.tolist()]
        found = [session for session in sessions if session is not None]
        if found:
            self._window = (found[-1].open_us, found[-1].close_us)
        inside: BoolArray = np.array([session is not None for session in sessions], dtype=np.bool_)[where]
        return inside


def _paise(quotes: NDArray[np.float64]) -> IntArray:
    """Return quotes in paise, 0 where none was sent."""
    sent = (quotes > 0) & (quotes < LARGEST_PRICE)
    paise: IntArray = np.rint(PAISE * np.where(sent, quotes, 0.0)).astype(np.int64)
    return paise


def _merge(
    state: FoldState, symbol: IntArray, times: IntArray, prices: NDArray[np.float64], volumes: NDArray[np.float64]
) -> None:
    if not len(symbol):
        return
    paise = np.rint(prices * PAISE).astype(np.int64)
    sent = (volumes >= 0) & (volumes < LARGEST_VOLUME)
    volume = np.where(sent, volumes, NO_VOLUME).astype(np.int64)
    # Of repeated indices numpy keeps the last, which is the newest tick of the symbol.
    state.newest_us[symbol], state.last[symbol], state.news[symbol] = times, paise, True
    minutes = times // MINUTE_US
    first = int(minutes.min())
    if first == minutes.max():
        state.bars.add(first, symbol=symbol, paise=paise, volume=volume)
        return
    for minute in np.unique(minutes).tolist():
        inside = np.flatnonzero(minutes == minute)
        state.bars.add(minute, symbol=symbol[inside], paise=paise[inside], volume=volume[inside])
