"""What one finished session adds to a profile."""

from typing import TYPE_CHECKING, Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import Session
from risk.quant.outcomes import DenseSession, Windows, largest_moves, window_times
from risk.quant.recalibration import uncorrected
from risk.quant.session_curves import expiry_lesson
from risk.quant.volatility import SESSION_MINUTES, blended

if TYPE_CHECKING:
    from risk.quant.profile import Profile

FloatArray = NDArray[np.float64]
RingArray = NDArray[np.float32]

# A symbol with fewer returns than this in a session teaches nothing about it.
MINIMUM_RETURNS: Final = 60
FALLS_DECAY: Final = 0.7
LARGEST_FALL: Final = 3.0


class Learned(TypedDict):
    """The parts of a profile that a session changes."""

    sessions: NDArray[np.int64]
    daily: NDArray[np.float64]
    slow: NDArray[np.float64]
    falls: NDArray[np.float64]
    returns: NDArray[np.float32]
    ratios: NDArray[np.float32]
    forecasts: NDArray[np.float32]
    outcomes: NDArray[np.float32]
    expiry_returns: NDArray[np.float32]


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
    falls = fallen(profile.falls, profile.last_close, dense.last_close(), slow=slow)
    ratios, forecasts, outcomes = _judged(profile, dense, session, taught)
    returns[~taught] = np.nan
    return {
        "sessions": profile.sessions + taught,
        "daily": np.where(taught, daily, profile.daily),
        "slow": np.where(taught, slow, profile.slow),
        "falls": np.where(taught, falls, profile.falls),
        "returns": _pushed(profile.returns, np.abs(returns), model.ring_sessions),
        "ratios": _pushed(profile.ratios, ratios, model.ring_sessions),
        "forecasts": _pushed(profile.forecasts, forecasts, model.ring_sessions),
        "outcomes": _pushed(profile.outcomes, outcomes, model.ring_sessions),
        "expiry_returns": expiry_lesson(profile, np.abs(returns), session=session.key),
    }


def fallen(falls: FloatArray, last_close: NDArray[np.int64], log_close: FloatArray, *, slow: FloatArray) -> FloatArray:
    """Return the sum of daily falls [S] after one more close: .7 of what it was plus min(return, 0) in deviations.

    The deviation is that of a whole session at the slow variance; a fall counts at most 3 of them, so that an
    unadjusted split is not a crash for a week.  A symbol without a close before or now only fades.
    """
    known = (last_close > 0) & np.isfinite(log_close)
    change = np.where(known, np.nan_to_num(log_close) - np.log(np.maximum(last_close, 1)), 0.0)
    deviation = np.sqrt(slow * SESSION_MINUTES)
    deviations: FloatArray = np.divide(change, deviation, out=np.zeros_like(change), where=deviation > 0)
    fallen_to: FloatArray = FALLS_DECAY * falls + np.clip(deviations, -LARGEST_FALL, 0.0)
    return fallen_to


def _judged(profile: "Profile", dense: DenseSession, session: Session, taught: NDArray[np.bool_]) -> FloatArray:
    """Return ratios, forecasts and outcomes [3, S, W] of the session's windows, NaN where unknown."""
    minutes, horizon = min(session.minutes, profile.model.profile_minutes), profile.model.horizon_minutes
    windows = Windows.of(minutes, horizon=horizon, shortest=profile.model.shortest_horizon)
    starts, moves = windows.starts, largest_moves(dense, windows)
    # Before its first session a symbol's slow variance is its class's: no measure of its moves.
    moves[~(taught & (profile.sessions > 0))] = np.nan
    own, of_barrier = (
        np.sqrt(window_times(elapsed, windows)) for elapsed in (profile.elapsed, profile.barrier.elapsed)
    )
    rows = np.full((3, len(profile.universe), profile.ratios.shape[2]), np.nan)
    rows[0, :, : len(starts)] = moves / (np.sqrt(profile.slow)[:, None] * own)
    rows[1, :, : len(starts)] = uncorrected(
        dense.log_odds[:, starts - 1], profile.correction, reference=profile.model.reference
    )
    touched = moves >= profile.barrier.scale[:, None] * of_barrier
    rows[2, :, : len(starts)] = np.where(np.isfinite(moves), touched, np.nan)
    if not profile.model.is_as_fitted:  # the session's scores looked over another horizon: no lesson for this one's
        rows[1:] = np.nan
    return rows


def _pushed(ring: RingArray, newest: FloatArray, length: int) -> RingArray:
    keep = ring[max(len(ring) + 1 - length, 0) :]
    return np.concatenate((keep, newest[None].astype(np.float32)))
