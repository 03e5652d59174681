"""Walk-forward proof: fit on the first sessions, judge the rest, all through the production fold.

The barrier of the judged windows is frozen from the fitted sessions, unless it is asked to roll on as in production.
"""

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import TradingClock
from risk.quant.cases import Cases
from risk.quant.evaluation import Judgement, judge
from risk.quant.fit import FitSample, fit_score
from risk.quant.guards import at_least
from risk.quant.history import fold_history
from risk.quant.model import ScoreModel
from risk.quant.profile import Profile, Universe
from risk.quant.scoring import score
from risk.quant.walk import Progress, walk

WARM_UP_SESSIONS: Final = 5
HIGH: Final = 0.8


@dataclass(frozen=True)
class Verdict:
    """Outcome of a walk-forward run.

    The model fitted, the judgement of it, the judged cases, the fitted ones (`known`),
    those before the judged ones under the fitted model (`earlier`), and the bars of the judged sessions with the
    log-odds at each close (`track`, dtype BAR).
    """

    sessions: int
    fitted_cases: int
    model: ScoreModel
    judged: Judgement
    cases: Cases
    known: Cases
    earlier: Cases
    track: NDArray[np.void]


def walk_forward(
    bars: NDArray[np.void],
    *,
    clock: TradingClock,
    universe: Universe,
    model: ScoreModel,
    fit_sessions: int,
    implied: NDArray[np.void] | None = None,
    rolling_barrier: bool = False,
    progress: Progress | None = None,
) -> Verdict:
    """Fit `model` anew on the first sessions of the bars (as `in_sessions` returns them) and judge the rest.

    The barrier is frozen as the fitted sessions leave it, or rolls on as in production.  `implied` are at-the-money
    volatilities as in `walk`; `progress` is told (sessions folded, sessions to fold).  Raises ValueError for fewer
    than one session to fit on, when no session is left to judge, and when the fitted ones hold too few cases.
    """
    at_least("fit_sessions", fit_sessions, 1)
    keys = np.unique(bars["session"])
    if len(keys) <= fit_sessions:
        raise ValueError(f"the file holds {len(keys)} sessions; fitting on {fit_sessions} leaves none to judge")
    early = bars[bars["session"] < keys[fit_sessions]]
    barrier = None
    if not rolling_barrier:
        *_, last = fold_history(early, clock=clock, profile=Profile.empty(universe, model))
        barrier = last.after.barrier
    before = replace(Profile.empty(universe, model), frozen=barrier)
    known = walk(early, clock=clock, profile=before, implied=implied).cases
    known = known.where(known.session >= WARM_UP_SESSIONS)
    fitted = refitted(model, known, universe)
    start = replace(Profile.empty(universe, fitted), frozen=barrier)
    walked = walk(bars, clock=clock, profile=start, implied=implied, progress=progress)
    is_judged = walked.cases.session >= fit_sessions
    cases, earlier = walked.cases.where(is_judged), walked.cases.where(~is_judged)
    if not len(cases):
        raise ValueError("the sessions left to judge hold no whole window")
    judged = judge(score(cases.log_odds), cases.touched, base_rate=model.base_rate, high=HIGH)
    track = walked.track[walked.track["session"] >= keys[fit_sessions]]
    return Verdict(len(keys), len(known), fitted, judged, cases, known, earlier, track)


def fit_rolling(
    bars: NDArray[np.void],
    *,
    clock: TradingClock,
    universe: Universe,
    model: ScoreModel,
    implied: NDArray[np.void] | None = None,
    progress: Progress | None = None,
) -> tuple[ScoreModel, Cases]:
    """Fit `model` anew on every session but the warm-up, with the rolling barrier of production; nothing is judged.

    Raises ValueError as `walk` and `refitted` do.
    """
    empty = Profile.empty(universe, model)
    cases = walk(bars, clock=clock, profile=empty, implied=implied, progress=progress).cases
    cases = cases.where(cases.session >= WARM_UP_SESSIONS)
    return refitted(model, cases, universe), cases


def refitted(
    model: ScoreModel, cases: Cases, universe: Universe, *, without: frozenset[str] = frozenset()
) -> ScoreModel:
    """Return the model with weights and calibration of every class among the cases fitted to them.

    Legs and terms named in `without` are left out.  Raises ValueError for cases of instruments that are not of the
    universe, and as `fit_score` does.
    """
    asset_class = universe.class_of(cases.instrument)
    for index in np.unique(universe.asset_class).tolist():
        own = cases.where(asset_class == index)
        fit = fit_score(sample_of(own), model.priors[index], without=without)
        model = model.with_fit(index, fit)
    return model


def sample_of(cases: Cases) -> FitSample:
    """Return what a fit sees of the cases."""
    return FitSample(**{field.name: getattr(cases, field.name) for field in fields(FitSample)})
