"""From the fold's state to forecasts: what the legs say now, and the scores of it.

Functions of the state and the profile; nothing here changes the state.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.attribution import ScoreParts, Surroundings, attribution
from risk.quant.calendar import MINUTE_US, Session
from risk.quant.fold_state import FoldState
from risk.quant.profile import Profile
from risk.quant.recalibration import corrected
from risk.quant.scoring import (
    State,
    calibrated_log_odds,
    forecast_variance,
    protection_cost,
    score,
    structural_log_odds,
)
from risk.quant.volatility import updated_legs, variance_time
from risk.quant.windows import COUNT, HIGH, LOW, OPEN, PAISE, IntArray

FloatArray = NDArray[np.float64]

# The last seconds of a session have no time left to move in: the horizon never falls below one second.
SHORTEST_MINUTES: Final = 1 / 60


@dataclass(frozen=True)
class Forecast:
    """What is expected of each symbol until `horizon` minutes from now; arrays [S] as in `scoring`, legs [5, S] and
    calibration terms [T, S]."""

    horizon: float
    legs: FloatArray
    terms: FloatArray
    variance_minutes: FloatArray
    variance: FloatArray
    barrier: FloatArray
    structural: FloatArray
    log_odds: FloatArray


def forecast_at(profile: Profile, legs: FloatArray, minute: float, session: Session) -> Forecast:
    """Return the forecast of legs [5, S] at a time in minutes from the session's open."""
    model = profile.model
    horizon = max(min(model.horizon, session.minutes - minute), SHORTEST_MINUTES)
    weights, betas = profile.weights, profile.betas
    variance = forecast_variance(legs, weights)
    tau = variance_time(profile.elapsed_on(session.key), start=minute, end=minute + horizon)
    tau_barrier = variance_time(profile.barrier.elapsed, start=minute, end=minute + horizon)
    barrier = profile.barrier.scale * np.sqrt(tau_barrier)
    structural = structural_log_odds(variance=variance, variance_minutes=tau, barrier=barrier)
    terms = calibration_terms(profile, session)
    offset = betas[0] + np.sum(profile.term_weights * terms, axis=0)
    calibrated = calibrated_log_odds(structural, offset=offset, slope=betas[1])
    log_odds = corrected(calibrated, profile.correction, reference=model.reference)
    return Forecast(horizon, legs, terms, tau, profile.scale * variance, barrier, structural, log_odds)


def parts_of(forecast: Forecast, profile: Profile, *, implied_known: NDArray[np.bool_]) -> ScoreParts:
    """Return what the forecast's scores were made of, for their attribution."""
    return ScoreParts(
        legs=forecast.legs,
        weights=profile.weights,
        implied_known=implied_known,
        normal=profile.slow,
        variance_minutes=forecast.variance_minutes,
        barrier=forecast.barrier,
        structural=forecast.structural,
        betas=profile.betas,
        terms=forecast.terms,
        term_weights=profile.term_weights,
        log_odds=forecast.log_odds,
        score=score(forecast.log_odds),
    )


def calibration_terms(profile: Profile, session: Session) -> FloatArray:
    """Return the terms [T, S] of a session in the order of `model.TERMS`; all are 0 in ordinary times."""
    after_weekend = np.full(len(profile.universe), float(session.after_weekend))
    return np.stack((after_weekend, profile.universe.expiring(session.key), profile.falls))


def continued_legs(state: FoldState, profile: Profile, session: Session, bars: IntArray | None) -> FloatArray:
    """Return all legs [5, S] with the open bars counted as far as their newest tick reaches."""
    if bars is None:
        return all_legs(state, profile)
    minute = np.maximum(state.newest_us // MINUTE_US, session.open_us // MINUTE_US)
    reference = state.reference if state.session == session else np.zeros_like(state.reference)
    return all_legs(state, profile, observed(state, profile, session, bars, minute, reference, state.newest_us))


def scores_at(
    state: FoldState, profile: Profile, instant_us: int, *, current: Session | None, around: Surroundings
) -> NDArray[np.void]:
    """Return rows of dtype SCORE as of an instant in the session `current`, or in none: then of the state's session."""
    session = current or state.session
    if session is None:
        return score_rows(state, profile, None, around=around, is_open=False)
    first, last = session.open_us // MINUTE_US, session.close_us // MINUTE_US - 1
    legs = continued_legs(state, profile, session, state.bars.merged(first, last))
    minute = min(max(instant_us - session.open_us, 0) / MINUTE_US, session.minutes)
    forecast = forecast_at(profile, legs, minute, session)
    return score_rows(state, profile, forecast, around=around, is_open=current is not None)


def score_rows(
    state: FoldState, profile: Profile, forecast: Forecast | None, *, around: Surroundings, is_open: bool
) -> NDArray[np.void]:
    """Return rows of dtype SCORE; without a forecast (before the first session) every number but the price is 0."""
    rows = profile.blank_scores.copy()
    rows["price"] = state.last / PAISE
    rows["tick_time"] = state.newest_us
    if not is_open:
        rows["state"] = State.CLOSED
    if forecast is None:
        return rows
    parts = parts_of(forecast, profile, implied_known=np.isfinite(state.implied))
    rows["score"] = parts.score
    why = attribution(parts, around)
    rows["base"], rows["points"] = why.base, why.points.T
    rows["barrier"] = forecast.barrier
    deviation = np.sqrt(forecast.variance * forecast.variance_minutes)
    rows["expected_move"] = deviation
    rows["variance"] = forecast.variance
    rows["protection_cost"] = protection_cost(barrier=forecast.barrier, deviation=deviation)
    rows["horizon_minutes"] = forecast.horizon if is_open else 0.0
    return rows


def observed(
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
    high = np.where(active, np.maximum(bars[HIGH], before), before)
    low = np.where(active, np.minimum(bars[LOW], before), before)
    span = np.maximum(minute + 1 - start, 1)
    offset = start - session.open_us // MINUTE_US
    return updated_legs(
        state.legs,
        squared_range=np.log(high / low) ** 2,
        minutes=span,
        seasonal=seasonal_span(profile.elapsed_on(session.key), offset, span),
        elapsed=np.where(active, np.clip((until_us / MINUTE_US - start) / span, 0, 1), 0),
        decays=profile.model.decays,
        cap=profile.model.cap,
    )


def seasonal_span(elapsed: FloatArray, start: IntArray, span: IntArray) -> FloatArray:
    """Return the s^2 sum [S] of `span` minutes from `start`, minutes from the open; `elapsed` [S, M + 1]."""
    last = elapsed.shape[1] - 1
    row = np.arange(len(start))
    first = np.clip(start, 0, last - 1)
    spans: FloatArray = elapsed[row, np.minimum(first + span, last)] - elapsed[row, first]
    return spans


def all_legs(state: FoldState, profile: Profile, intraday: FloatArray | None = None) -> FloatArray:
    """Return all legs [5, S]; without fresh options the daily leg stands in for the implied one."""
    implied = np.where(np.isfinite(state.implied), state.implied, profile.daily)
    legs = state.legs if intraday is None else intraday
    if state.jumps is not None and profile.model.jump_part is not None:
        legs = state.jumps.split(legs, weight=profile.model.jump_part)
    return np.concatenate((legs, profile.session_legs, implied[None]))
