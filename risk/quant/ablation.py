"""What each leg and term of the score contributes: the walk-forward judgement again, without it.

Weights and calibration are fitted anew without the part; the online correction is learnt anew from session to session.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.backtest import HIGH, Verdict, refitted
from risk.quant.cases import Cases
from risk.quant.evaluation import Judgement, judge
from risk.quant.guards import finite, one_shape
from risk.quant.model import TERMS, ScoreModel
from risk.quant.recalibration import corrected, recalibration
from risk.quant.scoring import score, structural_log_odds
from risk.quant.universe import Universe
from risk.quant.volatility import LEGS

FloatArray = NDArray[np.float64]

CORRECTION: Final = "online correction"
# A term that its prior holds at 0 comes out of a fit as a rounding error.
NEGLIGIBLE: Final = 1e-4


@dataclass(frozen=True)
class Ablation:
    """The judgement of the score without one part; the part "" is the whole score."""

    part: str
    judged: Judgement


def leave_one_out(verdict: Verdict, *, universe: Universe) -> list[Ablation]:
    """Return the whole score, then the score without each leg, term and the online correction that it has.

    A part whose weight is 0 in every class of the universe is not listed: nothing would change.
    """
    found = [Ablation("", _judged(verdict, verdict.model, universe))]
    classes = np.unique(universe.asset_class)
    weights, terms = verdict.model.weights[classes], np.abs(verdict.model.terms[classes])
    used = [name for k, name in enumerate(LEGS) if weights[:, k].any() and _fitted(verdict, k)]
    used += [name for j, name in enumerate(TERMS) if terms[:, j].max() > NEGLIGIBLE]
    for part in used:
        model = refitted(verdict.model, verdict.known, universe, without=frozenset({part}))
        found.append(Ablation(part, _judged(verdict, model, universe)))
    raw = score(calibrated(verdict.cases, verdict.model, universe))
    return [
        *found,
        Ablation(CORRECTION, judge(raw, verdict.cases.touched, base_rate=verdict.model.base_rate, high=HIGH)),
    ]


def calibrated(cases: Cases, model: ScoreModel, universe: Universe) -> FloatArray:
    """Return the log-odds of the cases before the online correction [N], under another model's weights.

    Raises ValueError for cases of instruments that are not of the universe.
    """
    row = universe.class_of(cases.instrument)
    variance = np.einsum("nk,nk->n", model.weights[row], cases.legs)
    structural = structural_log_odds(variance=variance, variance_minutes=cases.variance_minutes, barrier=cases.barrier)
    shift = model.betas[row, 0] + np.einsum("nj,nj->n", model.terms[row], cases.terms)
    log_odds: FloatArray = shift + model.betas[row, 1] * structural
    return log_odds


def online(
    cases: Cases, log_odds: FloatArray, model: ScoreModel, *, stretch_precision: float | None = None
) -> FloatArray:
    """Return log-odds corrected by what the sessions before each case's own taught of its instrument.

    `cases` must reach back to the first session; `log_odds` [N] are those before the correction.  The twin of what a
    profile does with its rings.  Raises ValueError for log-odds that are not finite or not one for each case, and for
    a stretch precision that is not positive.
    """
    one_shape(log_odds=log_odds, touched=cases.touched)
    found = finite("log_odds", log_odds).copy()
    for instrument in np.unique(cases.instrument).tolist():
        own = cases.instrument == instrument
        for session in np.unique(cases.session[own]).tolist():
            now = own & (cases.session == session)
            found[now] = corrected(
                log_odds[now],
                _learnt(cases, log_odds, model, own, session, stretch_precision),
                reference=model.reference,
            )
    return found


def _learnt(
    cases: Cases,
    log_odds: FloatArray,
    model: ScoreModel,
    own: NDArray[np.bool_],
    session: int,
    stretch_precision: float | None,
) -> FloatArray:
    sessions = np.unique(cases.session[own & (cases.session < session) & (cases.session > 0)])[-model.ring_sessions :]
    windows = len(np.unique(cases.minute))
    rings = np.full((2, len(sessions), 1, windows), np.nan)
    for row, past in enumerate(sessions.tolist()):
        then = np.flatnonzero(own & (cases.session == past))
        rings[0, row, 0, : len(then)] = log_odds[then].astype(np.float32)
        rings[1, row, 0, : len(then)] = cases.touched[then]
    age = np.arange(len(sessions))[::-1]
    return recalibration(
        rings[0],
        rings[1],
        0.5 ** (age / model.correction_half_life),
        reference=model.reference,
        precision=model.correction_precision,
        stretch_precision=stretch_precision,
    )


def _judged(verdict: Verdict, model: ScoreModel, universe: Universe) -> Judgement:
    every = verdict.earlier + verdict.cases
    log_odds = online(every, calibrated(every, model, universe), model)[len(verdict.earlier) :]
    return judge(score(log_odds), verdict.cases.touched, base_rate=model.base_rate, high=HIGH)


def _fitted(verdict: Verdict, leg: int) -> bool:
    return LEGS[leg] != "implied" or bool(verdict.known.implied_known.any())
