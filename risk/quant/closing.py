"""The close of a minute: what its bars teach the fold's state, and the bars as they are kept."""

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US, Session
from risk.quant.fold_state import FoldState
from risk.quant.forecast import all_legs, forecast_at, observed, seasonal_span
from risk.quant.jump_part import JUMP_HALF_LIFE
from risk.quant.profile import Profile
from risk.quant.volatility import MEDIUM, half_life_decay
from risk.quant.windows import BAR, CLOSE, COUNT, HIGH, LOW, NO_VOLUME, OPEN, VOLUME_FIRST, VOLUME_LAST, IntArray

FloatArray = NDArray[np.float64]


def closed_bars(state: FoldState, profile: Profile, session: Session, minute: int, bars: IntArray) -> NDArray[np.void]:
    """Close one minute: update legs, reference and volume, and return its bars (dtype BAR), one per active symbol."""
    active = bars[COUNT] > 0
    minutes = np.full(len(active), minute)
    end_us = (minute + 1) * MINUTE_US
    state.legs = observed(state, profile, session, bars, minutes, state.reference, np.full(len(active), end_us))
    _watch_jumps(state, profile, session, minutes, bars)
    state.reference = np.where(active, bars[CLOSE], state.reference)
    state.last = np.where(active & (state.newest_us < end_us), bars[CLOSE], state.last)
    # Bars that came without ticks do not say when the last one was; where ticks came, their own time stays.
    without_ticks = active & (state.newest_us < minute * MINUTE_US)
    state.newest_us = np.where(without_ticks, end_us - 1, state.newest_us)
    state.boundary = np.where(active, minute + 1, state.boundary)
    rows = _bar_rows(profile, session, minute, bars, active)
    rows["volume"] = _volume(state, bars)[active]
    rows["spread_bp"] = _spread(state)[active]
    offset = minute + 1 - session.open_us // MINUTE_US
    if offset < session.minutes:
        forecast = forecast_at(profile, all_legs(state, profile), offset, session)
        rows["log_odds"] = forecast.log_odds[active]
    return rows


def _watch_jumps(state: FoldState, profile: Profile, session: Session, minute: IntArray, bars: IntArray) -> None:
    """Let a trial's split of the legs see the returns from the last close, or a session's first open, to this one."""
    if state.jumps is None:
        return
    active, known = bars[COUNT] > 0, state.reference > 0
    before = np.where(known, state.reference, bars[OPEN])
    start = np.where(known, state.boundary, minute)
    span = np.maximum(minute + 1 - start, 1)
    seasonal = seasonal_span(profile.elapsed_on(session.key), start - session.open_us // MINUTE_US, span)
    returns = np.log(np.where(active, bars[CLOSE], 1) / np.where(active, before, 1)) / np.sqrt(seasonal)
    state.jumps = state.jumps.after(
        np.where(active, returns, np.nan),
        minutes=span.astype(np.float64),
        decays=np.append(profile.model.decays, half_life_decay(JUMP_HALF_LIFE)),
        largest=profile.model.cap * state.legs[MEDIUM],
    )


def _bar_rows(
    profile: Profile, session: Session, minute: int, bars: IntArray, active: NDArray[np.bool_]
) -> NDArray[np.void]:
    rows = np.empty(int(active.sum()), dtype=BAR)
    rows["instrument"] = profile.universe.instruments[active]
    rows["session"] = session.key
    rows["minute"] = minute - session.open_us // MINUTE_US
    rows["start"] = minute * MINUTE_US
    for name, field in (("open", OPEN), ("high", HIGH), ("low", LOW), ("close", CLOSE), ("ticks", COUNT)):
        rows[name] = bars[field, active]
    rows["log_odds"] = rows["spread_bp"] = np.nan
    return rows


def _spread(state: FoldState) -> FloatArray:
    """Return the newest quotes' spread in basis points of their middle [S], NaN without a book that makes sense."""
    quoted = (state.bid > 0) & (state.ask >= state.bid)
    middle = np.where(quoted, state.bid + state.ask, 1) / 2
    return np.where(quoted, 1e4 * (state.ask - state.bid) / middle, np.nan)


def _volume(state: FoldState, bars: IntArray) -> FloatArray:
    """Return the volume of the bars [S], NaN where none was sent; remembers the highest cumulative volume."""
    sent = bars[VOLUME_LAST] != NO_VOLUME
    base = np.where(state.volume == NO_VOLUME, bars[VOLUME_FIRST], state.volume)
    traded = np.where(sent, np.maximum(bars[VOLUME_LAST] - base, 0), np.nan)
    state.volume = np.where(sent, np.maximum(state.volume, bars[VOLUME_LAST]), state.volume)
    return traded
