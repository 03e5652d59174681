"""What one finished session adds to a profile."""

from typing import TYPE_CHECKING, Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import Session
from risk.quant.outcomes import DenseSession, largest_moves, window_starts, window_times
from risk.quant.volatility import blended

if TYPE_CHECKING:
    from risk.quant.profile import Profile

FloatArray = NDArray[np.float64]
RingArray = NDArray[np.float32]

# A symbol with fewer returns than this in a session teaches nothing about it.
MINIMUM_RETURNS: Final = 60


class Learned(TypedDict):
    """The parts of a profile that a session changes."""

    sessions: NDArray[np.int64]
    daily: NDArray[np.float64]
    slow: NDArray[np.float64]
    returns: NDArray[np.float32]
    ratios: NDArray[np.float32]
    forecasts: NDArray[np.float32]
    outcomes: NDArray[np.float32]


def learned(profile: "Profile", dense: DenseSession, session: Session) -> Learned:
    """Return the profile's parts after the session; symbols that hardly traded keep what they had."""
    model = profile.model
    returns = dense.returns()
    known = np.isfinite(returns)
    taught = known.sum(axis=1) >= MINIMUM_RETURNS
    share = np.where(known, profile.seasonal**2, 0.0).sum(axis=1)
    observed = np.nansum(returns**2, axis=1) / np.maximum(share, 1e-9)
    daily = blended(profile.daily, observed, decay=model.daily_decay, sessions=profile.sessions)
    slow = blended(profile.slow, observed, decay=model.slow_decay, sessions=profile.sessions)
    ratios, forecasts, outcomes = _judged(profile, dense, session, taught)
    returns[~taught] = np.nan
    return {
        "sessions": profile.sessions + taught,
        "daily": np.where(taught, daily, profile.daily),
        "slow": np.where(taught, slow, profile.slow),
        "returns": _pushed(profile.returns, np.abs(returns), model.ring_sessions),
        "ratios": _pushed(profile.ratios, ratios, model.ring_sessions),
        "forecasts": _pushed(profile.forecasts, forecasts, model.ring_sessions),
        "outcomes": _pushed(profile.outcomes, outcomes, model.ring_sessions),
    }


def _judged(profile: "Profile", dense: DenseSession, session: Session, taught: NDArray[np.bool_]) -> FloatArray:
    """Return ratios, forecasts and outcomes [3, S, W] of the session's windows, NaN where unknown."""
    minutes, horizon = min(session.minutes, profile.model.profile_minutes), profile.model.horizon_minutes
    starts = window_starts(minutes, shortest=profile.model.shortest_horizon)
    moves = largest_moves(dense, starts=starts, horizon=horizon, session_minutes=minutes)
    # Before its first session a symbol's slow variance is its class's: no measure of its moves.
    moves[~(taught & (profile.sessions > 0))] = np.nan
    own, of_barrier = (
        np.sqrt(window_times(elapsed, starts=starts, horizon=horizon, session_minutes=minutes))
        for elapsed in (profile.elapsed, profile.barrier.elapsed)
    )
    rows = np.full((3, len(profile.universe), profile.ratios.shape[2]), np.nan)
    rows[0, :, : len(starts)] = moves / (np.sqrt(profile.slow)[:, None] * own)
    rows[1, :, : len(starts)] = dense.log_odds[:, starts - 1] - profile.intercept[:, None]
    touched = moves >= profile.barrier.scale[:, None] * of_barrier
    rows[2, :, : len(starts)] = np.where(np.isfinite(moves), touched, np.nan)
    return rows


def _pushed(ring: RingArray, newest: FloatArray, length: int) -> RingArray:
    keep = ring[max(len(ring) + 1 - length, 0) :]
    return np.concatenate((keep, newest[None].astype(np.float32)))
