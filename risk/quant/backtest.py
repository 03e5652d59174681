"""Walk-forward proof: fit on the first sessions, judge the rest, all through the production fold.

A case is a window that starts at a bar's close every 15 minutes and touches its barrier by later highs
and lows.  The barrier is frozen from the fitted sessions; windows under half a horizon are left out.
"""

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import Session, TradingClock
from risk.quant.evaluation import Judgement, judge
from risk.quant.fit import fit_calibration, fit_score
from risk.quant.history import fold_history
from risk.quant.market import GRACE_US, MarketFold
from risk.quant.model import ScoreModel
from risk.quant.outcomes import DenseSession, largest_moves, window_starts, window_times
from risk.quant.profile import Barrier, Profile, Universe
from risk.quant.scoring import score, structural_log_odds

FloatArray = NDArray[np.float64]

WARM_UP_SESSIONS: Final = 5
ROLLING_MINUTES: Final = 60
HIGH: Final = 0.8


@dataclass(frozen=True)
class Cases:
    """N judged windows: ordinal of the session, instrument, start minute, legs [N, 6] and tau when it started,
    the barrier, the log-odds of the score, the rolling 60-minute variance and the minutes ahead; `touched`."""

    session: NDArray[np.int64]
    instrument: NDArray[np.int64]
    minute: NDArray[np.int64]
    legs: FloatArray
    variance_minutes: FloatArray
    barrier: FloatArray
    log_odds: FloatArray
    rolling_variance: FloatArray
    horizon: FloatArray
    touched: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.touched)

    def where(self, mask: NDArray[np.bool_]) -> "Cases":
        """Return the cases of the mask."""
        return Cases(**{field.name: getattr(self, field.name)[mask] for field in fields(self)})


@dataclass(frozen=True)
class Verdict:
    """Outcome of a walk-forward run: the model fitted, and the judgement of it and of the rolling baseline."""

    sessions: int
    fitted_cases: int
    model: ScoreModel
    judged: Judgement
    rolling: Judgement
    cases: Cases


def walk_forward(
    bars: NDArray[np.void], *, clock: TradingClock, universe: Universe, model: ScoreModel, fit_sessions: int
) -> Verdict:
    """Fit `model` anew on the first sessions of the bars (as `in_sessions` returns them) and judge the rest.

    Raises ValueError when no session is left to judge, or the fitted ones hold too few cases.
    """
    keys = np.unique(bars["session"])
    if len(keys) <= fit_sessions:
        raise ValueError(f"the file holds {len(keys)} sessions; fitting on {fit_sessions} leaves none to judge")
    early = bars[bars["session"] < keys[fit_sessions]]
    empty = Profile.empty(universe, model)
    *_, last = fold_history(early, clock=clock, profile=empty)
    known = collect(early, clock=clock, profile=replace(empty, frozen=last.after.barrier))
    known = known.where(known.session >= WARM_UP_SESSIONS)
    fitted = refitted(model, known, universe)
    start = replace(Profile.empty(universe, fitted), frozen=last.after.barrier)
    cases = collect(bars, clock=clock, profile=start)
    cases = cases.where(cases.session >= fit_sessions)
    if not len(cases):
        raise ValueError("the sessions left to judge hold no whole window")
    judged = judge(score(cases.log_odds), cases.touched, base_rate=model.base_rate, high=HIGH)
    return Verdict(len(keys), len(known), fitted, judged, _rolling(known, cases, model.base_rate), cases)


def fit_rolling(
    bars: NDArray[np.void], *, clock: TradingClock, universe: Universe, model: ScoreModel
) -> tuple[ScoreModel, Cases]:
    """Fit `model` anew on every session but the warm-up, with the rolling barrier of production; nothing is judged."""
    cases = collect(bars, clock=clock, profile=Profile.empty(universe, model))
    cases = cases.where(cases.session >= WARM_UP_SESSIONS)
    return refitted(model, cases, universe), cases


def refitted(model: ScoreModel, cases: Cases, universe: Universe) -> ScoreModel:
    """Return the model with weights and calibration of every class among the cases fitted to them."""
    asset_class = universe.asset_class[np.searchsorted(universe.instruments, cases.instrument)]
    for index in np.unique(universe.asset_class).tolist():
        own = cases.where(asset_class == index)
        fit = fit_score(legs=own.legs, variance_minutes=own.variance_minutes, barrier=own.barrier, touched=own.touched)
        model = model.with_fit(index, weights=fit.weights, betas=fit.betas)
    return model


def collect(bars: NDArray[np.void], *, clock: TradingClock, profile: Profile) -> Cases:
    """Fold the bars minute by minute and return the windows of every session of ordinary length."""
    fold = MarketFold.start(universe=profile.universe, clock=clock, profile=profile, model=profile.model)
    cuts = np.flatnonzero(np.diff(bars["session"])) + 1
    found = []
    for ordinal, group in enumerate(np.split(bars, cuts)):
        session = clock.session_at(int(group["start"][0]))
        if session is None:
            raise ValueError(f"bars of session {group['session'][0]} lie outside the calendar")
        if session.minutes >= profile.model.profile_minutes // 2:
            found.append(_session_cases(fold, group, session, ordinal))
        else:
            fold.warm(group)
        fold.advance(session.close_us + GRACE_US)
    return _joined(found, profile.universe)


def _session_cases(fold: MarketFold, bars: NDArray[np.void], session: Session, ordinal: int) -> Cases:
    """Fold one session, pausing at each window's start for what is known then."""
    model, universe, minutes = fold.profile.model, fold.universe, session.minutes
    starts = window_starts(minutes, shortest=model.shortest_horizon)
    profile = fold.profile
    pieces: list[NDArray[np.void]] = []
    legs: list[FloatArray] = []
    for start in (*starts.tolist(), minutes):
        begin = 0 if not legs else int(starts[len(legs) - 1])
        part = bars[(bars["minute"] >= begin) & (bars["minute"] < start)]
        pieces.append(fold.warm(part))
        legs.append(fold.legs)
    dense = DenseSession.of(np.concatenate(pieces), instruments=universe.instruments, minutes=minutes)
    horizon = model.horizon_minutes
    moves = largest_moves(dense, starts=starts, horizon=horizon, session_minutes=minutes)
    tau = window_times(profile.elapsed, starts=starts, horizon=horizon, session_minutes=minutes)
    barrier = _barriers(profile.barrier, starts, horizon, minutes)
    known = np.isfinite(moves) & np.isfinite(dense.log_odds[:, starts - 1])
    symbol, window = np.nonzero(known)
    return Cases(
        session=np.full(len(symbol), ordinal),
        instrument=universe.instruments[symbol],
        minute=starts[window],
        legs=np.stack(legs)[window, :, symbol],
        variance_minutes=tau[known],
        barrier=barrier[known],
        log_odds=dense.log_odds[:, starts - 1][known],
        rolling_variance=_rolling_variance(dense, starts)[known],
        horizon=np.minimum(horizon, minutes - starts)[window].astype(np.float64),
        touched=(moves >= barrier)[known],
    )


def _barriers(barrier: Barrier, starts: NDArray[np.int64], horizon: float, minutes: int) -> FloatArray:
    tau = window_times(barrier.elapsed, starts=starts, horizon=horizon, session_minutes=minutes)
    values: FloatArray = barrier.scale[:, None] * np.sqrt(tau)
    return values


def _rolling_variance(dense: DenseSession, starts: NDArray[np.int64]) -> FloatArray:
    """Return the mean squared return [S, W] of up to 60 minutes before each start, floored above 0."""
    squares = np.nan_to_num(dense.returns()) ** 2
    total = np.pad(np.cumsum(squares, axis=1), ((0, 0), (1, 0)))
    begin = np.maximum(starts - ROLLING_MINUTES, 0)
    mean: FloatArray = np.maximum((total[:, starts] - total[:, begin]) / (starts - begin), 1e-14)
    return mean


def _rolling(known: Cases, cases: Cases, base_rate: float) -> Judgement:
    """Judge the baseline: the rolling variance, calibrated on the fitted sessions in the same way."""
    before, after = (
        structural_log_odds(variance=c.rolling_variance, variance_minutes=c.horizon, barrier=c.barrier)
        for c in (known, cases)
    )
    betas = fit_calibration(before, known.touched)
    return judge(score(betas[0] + betas[1] * after), cases.touched, base_rate=base_rate, high=HIGH)


def _joined(found: list[Cases], universe: Universe) -> Cases:
    if not found:
        raise ValueError(f"no session of ordinary length among the bars of {len(universe)} instruments")
    return Cases(**{f.name: np.concatenate([getattr(c, f.name) for c in found]) for f in fields(Cases)})
