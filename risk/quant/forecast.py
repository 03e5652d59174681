"""From the fold's state to forecasts: what a bar teaches the legs, and what the legs say now.

Functions of the state and the profile; only `closed_bars` changes the state.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US, Session
from risk.quant.fold_state import FoldState
from risk.quant.profile import Profile
from risk.quant.scoring import (
    State,
    calibrated_log_odds,
    forecast_variance,
    protection_cost,
    score,
    structural_log_odds,
)
from risk.quant.volatility import updated_legs, variance_time
from risk.quant.windows import BAR, CLOSE, COUNT, HIGH, LOW, NO_VOLUME, OPEN, PAISE, VOLUME_FIRST, VOLUME_LAST, IntArray

FloatArray = NDArray[np.float64]

# The last seconds of a session have no time left to move in: the horizon never falls below one second.
SHORTEST_MINUTES: Final = 1 / 60


@dataclass(frozen=True)
class Forecast:
    """What is expected of each symbol until `horizon` minutes from now; arrays [S] as in `scoring`."""

    horizon: float
    variance: FloatArray
    deviation: FloatArray
    barrier: FloatArray
    log_odds: FloatArray


def forecast_at(profile: Profile, legs: FloatArray, minute: float, session: Session) -> Forecast:
    """Return the forecast of legs [6, S] at a time in minutes from the session's open."""
    model = profile.model
    horizon = max(min(model.horizon_minutes, session.minutes - minute), SHORTEST_MINUTES)
    weights, betas = profile.weights, profile.betas
    variance = forecast_variance(legs, weights)
    tau = variance_time(profile.elapsed, start=minute, end=minute + horizon)
    tau_barrier = variance_time(profile.barrier.elapsed, start=minute, end=minute + horizon)
    barrier = profile.barrier.scale * np.sqrt(tau_barrier)
    structural = structural_log_odds(variance=variance, variance_minutes=tau, barrier=barrier)
    log_odds = calibrated_log_odds(structural, offset=betas[0] + profile.intercept, slope=betas[1])
    return Forecast(horizon, variance, np.sqrt(variance * tau), barrier, log_odds)


def continued_legs(state: FoldState, profile: Profile, session: Session, bars: IntArray | None) -> FloatArray:
    """Return the six legs [6, S] with the open bars counted as far as their newest tick reaches."""
    if bars is None:
        return _all_legs(state.legs, profile)
    minute = np.maximum(state.newest_us // MINUTE_US, session.open_us // MINUTE_US)
    reference = state.reference if state.session == session else np.zeros_like(state.reference)
    return _all_legs(_observed(state, profile, session, bars, minute, reference, state.newest_us), profile)


def closed_bars(state: FoldState, profile: Profile, session: Session, minute: int, bars: IntArray) -> NDArray[np.void]:
    """Close one minute: update legs, reference and volume, and return its bars (dtype BAR), one per active symbol."""
    active = bars[COUNT] > 0
    minutes = np.full(len(active), minute)
    end_us = (minute + 1) * MINUTE_US
    state.legs = _observed(state, profile, session, bars, minutes, state.reference, np.full(len(active), end_us))
    state.reference = np.where(active, bars[CLOSE], state.reference)
    state.last = np.where(active & (state.newest_us < end_us), bars[CLOSE], state.last)
    state.newest_us = np.where(active, np.maximum(state.newest_us, end_us - 1), state.newest_us)
    state.boundary = np.where(active, minute + 1, state.boundary)
    rows = _bar_rows(profile, session, minute, bars, active)
    rows["volume"] = _volume(state, bars)[active]
    offset = minute + 1 - session.open_us // MINUTE_US
    if offset < session.minutes:
        forecast = forecast_at(profile, _all_legs(state.legs, profile), offset, session)
        rows["log_odds"] = forecast.log_odds[active]
    return rows


def score_rows(state: FoldState, profile: Profile, forecast: Forecast | None, *, is_open: bool) -> NDArray[np.void]:
    """Return rows of dtype SCORE; without a forecast (before the first session) every number but the price is 0."""
    rows = profile.blank_scores.copy()
    rows["price"] = state.last / PAISE
    rows["tick_time"] = state.newest_us
    if not is_open:
        rows["state"] = State.CLOSED
    if forecast is None:
        return rows
    rows["score"] = score(forecast.log_odds)
    rows["barrier"] = forecast.barrier
    rows["expected_move"] = forecast.deviation
    rows["variance"] = forecast.variance
    rows["protection_cost"] = protection_cost(barrier=forecast.barrier, deviation=forecast.deviation)
    rows["horizon_minutes"] = forecast.horizon if is_open else 0.0
    return rows


def _observed(
    state: FoldState,
    profile: Profile,
    session: Session,
    bars: IntArray,
    minute: IntArray,
    reference: IntArray,
    until_us: IntArray,
) -> FloatArray:
    """Return the intraday legs after bars that reach from the reference price to `until_us` in `minute`."""
    active = bars[COUNT] > 0
    known = reference > 0
    before = np.where(known, reference, np.where(active, bars[OPEN], 1))
    start = np.where(known & active, state.boundary, minute)
    close = np.where(active, bars[CLOSE], before)
    high = np.where(active, np.maximum(bars[HIGH], before), before)
    low = np.where(active, np.minimum(bars[LOW], before), before)
    span = np.maximum(minute + 1 - start, 1)
    return updated_legs(
        state.legs,
        squared_return=np.log(close / before) ** 2,
        squared_range=np.log(high / low) ** 2,
        minutes=span,
        seasonal=_seasonal_span(profile, start - session.open_us // MINUTE_US, span),
        elapsed=np.where(active, np.clip((until_us / MINUTE_US - start) / span, 0, 1), 0),
        decays=profile.model.decays,
        cap=profile.model.cap,
    )


def _seasonal_span(profile: Profile, start: IntArray, span: IntArray) -> FloatArray:
    """Return the s^2 sum [S] of `span` minutes from `start`, minutes from the open."""
    last = profile.elapsed.shape[1] - 1
    row = np.arange(len(start))
    first = np.clip(start, 0, last - 1)
    spans: FloatArray = profile.elapsed[row, np.minimum(first + span, last)] - profile.elapsed[row, first]
    return spans


def _all_legs(intraday: FloatArray, profile: Profile) -> FloatArray:
    return np.concatenate((intraday, profile.session_legs))


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
    rows["log_odds"] = np.nan
    return rows


def _volume(state: FoldState, bars: IntArray) -> FloatArray:
    """Return the volume of the bars [S], NaN where none was sent; remembers the highest cumulative volume."""
    sent = bars[VOLUME_LAST] != NO_VOLUME
    base = np.where(state.volume == NO_VOLUME, bars[VOLUME_FIRST], state.volume)
    traded = np.where(sent, np.maximum(bars[VOLUME_LAST] - base, 0), np.nan)
    state.volume = np.where(sent, np.maximum(state.volume, bars[VOLUME_LAST]), state.volume)
    return traded
