"""Seasonal curves that only a trial has: one of an expiry day's own, and a closing auction apart from its neighbours.

They shape the forecast, never the barrier: both stay off in the shipped model, and with them on the windows keep the
outcomes they had.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.volatility import elapsed_variance_time, seasonality

if TYPE_CHECKING:
    from risk.quant.profile import Profile

FloatArray = NDArray[np.float64]
RingArray = NDArray[np.float32]


class ForecastTimes(NamedTuple):
    """Average minutes [S, M + 1] from the open to the start of each minute: on ordinary days and on expiry days."""

    ordinary: FloatArray
    expiry: FloatArray


def forecast_times(profile: "Profile") -> ForecastTimes:
    """Return the times of the profile's trials; without a trial both are `profile.elapsed` itself.

    The auction's minutes are learnt one by one.  An expiry day's curve is learnt from expiry days and pulled to the
    ordinary curve as that is pulled to its class's, `expiry_curve` times as hard.
    """
    model = profile.model
    if model.expiry_curve is None and model.auction_minutes is None:
        return ForecastTimes(profile.elapsed, profile.elapsed)
    apart = model.auction_minutes or 0
    ordinary = seasonality(
        profile.returns.astype(np.float64),
        prior=profile.prior_curve,
        prior_sessions=model.seasonality_sessions,
        apart=apart,
    )
    elapsed = elapsed_variance_time(ordinary)
    if model.expiry_curve is None:
        return ForecastTimes(elapsed, elapsed)
    own = seasonality(
        profile.expiry_returns.astype(np.float64),
        prior=ordinary,
        prior_sessions=model.seasonality_sessions * model.expiry_curve,
        apart=apart,
    )
    return ForecastTimes(elapsed, elapsed_variance_time(own))


def expiry_lesson(profile: "Profile", absolute_returns: FloatArray, *, session: int) -> RingArray:
    """Return the ring of expiry days after a session of this key, whose |r| are [S, M], NaN where unknown.

    Only symbols whose options expired learn from it; without the trial, or a symbol of them, the ring stays.
    """
    expiring = profile.universe.expiring(session) > 0
    if profile.model.expiry_curve is None or not expiring.any():
        return profile.expiry_returns
    newest = np.where(expiring[:, None], absolute_returns, np.nan).astype(np.float32)
    keep = profile.expiry_returns[max(len(profile.expiry_returns) + 1 - profile.model.ring_sessions, 0) :]
    return np.concatenate((keep, newest[None]))
