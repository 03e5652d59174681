"""Judged windows: what the production fold said at each window's start, and what then happened.

A window starts at a bar's close every 15 minutes and touches its barrier by later highs and lows.  Windows under half
a horizon are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import Session
from risk.quant.forecast import calibration_terms
from risk.quant.guards import one_shape
from risk.quant.outcomes import DenseSession, Windows, first_touches, largest_moves, moves_to_end, window_times
from risk.quant.profile import Profile
from risk.quant.scoring import forecast_variance

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ROLLING_MINUTES: Final = 60


@dataclass(frozen=True)
class Cases:
    """N judged windows: ordinal and key of the session, instrument, start minute, legs [N, L] and tau when it started.

    `implied_known` says whether the implied leg is an option's; `terms` [N, T] as in `model.TERMS`.
    `barrier` and `deviation` (one forecast deviation until the window's end) are log moves; `log_odds` of the score;
    `rolling_variance` of the last 60 minutes and `riskmetrics_variance` (.94 over daily closes) are per minute;
    `horizon` is in minutes.  What then happened: `move` log return to the window's end, `touched`, and `touch_minute`,
    minutes from the start to the end of the bar that touched first, NaN if none did.  Raises ValueError for columns of
    different lengths.
    """

    session: IntArray
    session_key: IntArray
    instrument: IntArray
    minute: IntArray
    legs: FloatArray
    implied_known: NDArray[np.bool_]
    terms: FloatArray
    variance_minutes: FloatArray
    barrier: FloatArray
    log_odds: FloatArray
    deviation: FloatArray
    rolling_variance: FloatArray
    riskmetrics_variance: FloatArray
    horizon: FloatArray
    expiry_day: NDArray[np.bool_]
    move: FloatArray
    touch_minute: FloatArray
    touched: NDArray[np.bool_]

    def __post_init__(self) -> None:
        lengths = {field.name: len(getattr(self, field.name)) for field in fields(self)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns must be of one length, were {lengths}")

    def __len__(self) -> int:
        return len(self.touched)

    def where(self, mask: NDArray[np.bool_]) -> "Cases":
        """Return the cases of the mask.  Raises ValueError for a mask of another length."""
        one_shape(mask=mask, cases=self.touched)
        return Cases(**{field.name: getattr(self, field.name)[mask] for field in fields(self)})

    def __add__(self, other: "Cases") -> "Cases":
        """Return these cases, then the others."""
        return joined([self, other])


class Pause(NamedTuple):
    """What is known at a window's start: legs [L, S], and whose implied leg is an option's [S]."""

    legs: FloatArray
    implied_known: NDArray[np.bool_]


def session_cases(
    dense: DenseSession, *, session: Session, ordinal: int, profile: Profile, pauses: Sequence[Pause], daily: FloatArray
) -> Cases:
    """Return the windows of one folded session.

    `profile` is the one before it, `pauses` one per window in order, `daily` [S] the RiskMetrics variance before it.
    A window without a price before it or a bar inside is left out.
    """
    windows = windows_of(profile, session)
    starts, legs = windows.starts, np.stack([pause.legs for pause in pauses])
    moves, tau = largest_moves(dense, windows), window_times(profile.elapsed_on(session.key), windows)
    barrier = profile.barrier.scale[:, None] * np.sqrt(window_times(profile.barrier.elapsed, windows))
    variance = np.stack([forecast_variance(leg, profile.weights) for leg in legs], axis=1)
    known = np.isfinite(moves) & np.isfinite(dense.log_odds[:, starts - 1])
    symbol, window = np.nonzero(known)
    return Cases(
        session=np.full(len(symbol), ordinal),
        session_key=np.full(len(symbol), session.key),
        instrument=profile.universe.instruments[symbol],
        minute=starts[window],
        legs=legs[window, :, symbol],
        implied_known=np.stack([pause.implied_known for pause in pauses])[window, symbol],
        terms=calibration_terms(profile, session)[:, symbol].T,
        variance_minutes=tau[known],
        barrier=barrier[known],
        log_odds=dense.log_odds[:, starts - 1][known],
        deviation=np.sqrt(profile.scale[:, None] * variance * tau)[known],
        rolling_variance=_rolling_variance(dense, starts)[known],
        riskmetrics_variance=daily[symbol],
        horizon=(windows.ends - starts)[window].astype(np.float64),
        expiry_day=profile.universe.expiring(session.key)[symbol] > 0,
        move=moves_to_end(dense, windows)[known],
        touch_minute=first_touches(dense, windows, barrier=barrier)[known],
        touched=(moves >= barrier)[known],
    )


def windows_of(profile: Profile, session: Session) -> Windows:
    """Return the windows of a session that are judged."""
    model = profile.model
    return Windows.of(session.minutes, horizon=model.horizon_minutes, shortest=model.shortest_horizon)


def joined(parts: Sequence[Cases]) -> Cases:
    """Return the cases of all parts in their order.  Raises ValueError without a part."""
    if not parts:
        raise ValueError(f"cases to join must not be empty, were {len(parts)} parts")
    return Cases(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Cases)})


def _rolling_variance(dense: DenseSession, starts: IntArray) -> FloatArray:
    """Return the mean squared return [S, W] of up to 60 minutes before each start, floored above 0."""
    squares = np.nan_to_num(dense.returns()) ** 2
    total = np.pad(np.cumsum(squares, axis=1), ((0, 0), (1, 0)))
    begin = np.maximum(starts - ROLLING_MINUTES, 0)
    mean: FloatArray = np.maximum((total[:, starts] - total[:, begin]) / (starts - begin), 1e-14)
    return mean
