"""How good the forecasts of each session and of each month were, beside the constant forecasts."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.evaluation import area_under_curve, brier, checked_sample, skill
from risk.quant.guards import chances, one_shape

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

FIRST_DATE_KEY: Final = 19_000_101  # keys of sessions below it are ordinals of a simulated market, not dates


@dataclass(frozen=True)
class Stretch:
    """Figures of the windows of one session or month, whose key is YYYYMMDD, YYYYMM, or a simulated session's ordinal.

    Both constants are fixed over all stretches: the model's base rate, and the whole sample's own rate.  NaN where a
    figure cannot be told.
    """

    key: int
    sessions: int
    cases: int
    observed: float
    mean_forecast: float
    brier: float
    skill_against_base: float
    skill_against_sample: float
    auc: float


def by_session(
    session_key: IntArray, probabilities: FloatArray, outcomes: BoolArray, *, base_rate: float
) -> list[Stretch]:
    """Return the figures of each session, in order; arrays [N].

    Raises ValueError for arrays of different length, no case, and a rate or probability outside [0, 1].
    """
    return _stretches(session_key, session_key, probabilities, outcomes, base_rate=base_rate)


def by_month(
    session_key: IntArray, probabilities: FloatArray, outcomes: BoolArray, *, base_rate: float
) -> list[Stretch]:
    """Return the figures of each calendar month, in order; none for simulated sessions.

    Raises ValueError as `by_session` does.
    """
    _require_judgeable(session_key, probabilities, outcomes, base_rate=base_rate)
    if (session_key < FIRST_DATE_KEY).any():
        return []
    return _stretches(session_key // 100, session_key, probabilities, outcomes, base_rate=base_rate)


def _require_judgeable(
    session_key: IntArray, probabilities: FloatArray, outcomes: BoolArray, *, base_rate: float
) -> None:
    checked_sample(probabilities, outcomes)
    one_shape(session_key=session_key, probabilities=probabilities)
    chances("base_rate", base_rate)


def _stretches(
    keys: IntArray, session_key: IntArray, probabilities: FloatArray, outcomes: BoolArray, *, base_rate: float
) -> list[Stretch]:
    _require_judgeable(session_key, probabilities, outcomes, base_rate=base_rate)
    sample_rate = float(outcomes.mean())
    rows = []
    for key in np.unique(keys).tolist():
        own = keys == key
        forecast, touched = probabilities[own], outcomes[own]
        error = brier(forecast, touched)
        rows.append(
            Stretch(
                key=key,
                sessions=len(np.unique(session_key[own])),
                cases=len(touched),
                observed=float(touched.mean()),
                mean_forecast=float(forecast.mean()),
                brier=error,
                skill_against_base=skill(error, brier(np.full(len(touched), base_rate), touched)),
                skill_against_sample=skill(error, brier(np.full(len(touched), sample_rate), touched)),
                auc=area_under_curve(forecast, touched),
            )
        )
    return rows
