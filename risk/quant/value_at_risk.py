"""Value at risk of a long position from the score's own forecast, and how often it was exceeded.

VaR_q = k_q * deviation, a log loss over the window.  k_q is the normal quantile, or the q quantile of
-move / deviation in the fitted sessions: filtered historical simulation (Barone-Adesi, Giannopoulos and Vosper,
Journal of Futures Markets 19 (1999), pp. 583-602).  Judged windows do not overlap: the first starts 15 minutes after
the open and the next where it ends, so with a horizon of 60 those with minute % 60 == 15.
"""

from dataclasses import dataclass, fields
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk.quant.cases import Cases
from risk.quant.guards import positive
from risk.quant.outcomes import WINDOW_STEP
from risk.quant.var_tests import (
    LikelihoodRatio,
    TrafficLight,
    Transitions,
    christoffersen_coverage,
    christoffersen_independence,
    kupiec,
    traffic_light,
    transitions_of,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Method = Literal["filtered_historical", "normal"]

LEVELS: Final = (0.95, 0.99)
METHODS: Final[tuple[Method, ...]] = ("filtered_historical", "normal")


@dataclass(frozen=True)
class ValueAtRisk:
    """One level and method on one instrument, or on all together (`instrument` None).

    The tests of all together count exceedances of instruments that move together as independent, so their p-values
    are too small; each instrument's own are not.
    """

    instrument: int | None
    level: float
    method: Method
    multiple: float
    windows: int
    expected: float
    exceedances: int
    rate: float
    transitions: Transitions
    coverage: LikelihoodRatio
    independence: LikelihoodRatio
    conditional_coverage: LikelihoodRatio
    light: TrafficLight


def non_overlapping(cases: Cases, *, horizon: float) -> Cases:
    """Return the windows that do not overlap, with a known move and a deviation above 0, by instrument and time.

    Raises ValueError for a horizon that is not positive.
    """
    positive("horizon", horizon)
    stride = int(np.ceil(horizon / WINDOW_STEP)) * WINDOW_STEP
    apart = (cases.minute - WINDOW_STEP) % stride == 0
    chosen = cases.where(apart & _usable(cases))
    order = np.lexsort((chosen.minute, chosen.session, chosen.instrument))
    return Cases(**{field.name: getattr(chosen, field.name)[order] for field in fields(Cases)})


def loss_multiple(known: Cases, *, level: float, method: Method) -> float | None:
    """Return k_q, None where fewer fitted windows than 1 / (1 - q) leave no such quantile to see.

    `known` carries the deviations of the fitted model, as the judged cases do.  Its windows may overlap: that widens
    the error of a quantile but does not shift it.  Raises ValueError for a level outside (0, 1) and an unknown method.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie in (0, 1), was {level}")
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, was {method!r}")
    if method == "normal":
        return float(ndtri(level))
    usable = known.where(_usable(known))
    if len(usable) * (1 - level) < 1:
        return None
    return float(np.quantile(-usable.move / usable.deviation, level))


def move_in_deviations(cases: Cases, *, horizon: float) -> float:
    """Return the root mean square of move / deviation over windows that do not overlap, NaN without any.

    1 if the forecast deviation has the right size; 2 if moves are twice as large as it says.  Raises ValueError for a
    horizon that is not positive.
    """
    apart = non_overlapping(cases, horizon=horizon)
    return float(np.sqrt(np.mean((apart.move / apart.deviation) ** 2))) if len(apart) else float("nan")


@dataclass(frozen=True)
class LossTrack:
    """One instrument's returns, window after window, beside its value at risk (log losses, positive) at 95 and 99 %."""

    instrument: int
    session_key: IntArray
    minute: IntArray
    move: FloatArray
    var_95: FloatArray
    var_99: FloatArray


def loss_tracks(known: Cases, cases: Cases, *, horizon: float) -> list[LossTrack]:
    """Return each instrument's track, by filtered historical simulation if it is known, else by the normal quantile.

    Raises ValueError for a horizon that is not positive.
    """
    apart = non_overlapping(cases, horizon=horizon)
    multiples = [
        loss_multiple(known, level=level, method="filtered_historical") or float(ndtri(level)) for level in LEVELS
    ]
    rows = []
    for owner in np.unique(apart.instrument).tolist():
        own = apart.where(apart.instrument == owner)
        losses = [multiple * own.deviation for multiple in multiples]
        rows.append(LossTrack(owner, own.session_key, own.minute, own.move, *losses))
    return rows


def judge_value_at_risk(known: Cases, cases: Cases, *, horizon: float) -> list[ValueAtRisk]:
    """Return every level and method, for all instruments together and then for each; [] without usable windows.

    Raises ValueError for a horizon that is not positive.
    """
    apart = non_overlapping(cases, horizon=horizon)
    owners: list[int | None] = [None, *np.unique(apart.instrument).tolist()] if len(apart) else []
    rows = []
    for owner in owners:
        own = apart if owner is None else apart.where(apart.instrument == owner)
        for method in METHODS:
            for level in LEVELS:
                multiple = loss_multiple(known, level=level, method=method)
                if multiple is not None:
                    rows.append(_judged(own, owner, level=level, method=method, multiple=multiple))
    return rows


def _judged(cases: Cases, owner: int | None, *, level: float, method: Method, multiple: float) -> ValueAtRisk:
    exceeded = -cases.move > multiple * cases.deviation
    cuts = np.flatnonzero(np.diff(cases.instrument)) + 1
    transitions = transitions_of(np.split(exceeded, cuts))
    count, windows, probability = int(exceeded.sum()), len(cases), 1 - level
    coverage = kupiec(count, windows, probability=probability)
    independence = christoffersen_independence(transitions)
    return ValueAtRisk(
        instrument=owner,
        level=level,
        method=method,
        multiple=multiple,
        windows=windows,
        expected=windows * probability,
        exceedances=count,
        rate=count / windows,
        transitions=transitions,
        coverage=coverage,
        independence=independence,
        conditional_coverage=christoffersen_coverage(coverage, independence),
        light=traffic_light(count, windows, probability=probability),
    )


def _usable(cases: Cases) -> BoolArray:
    usable: BoolArray = np.isfinite(cases.move) & (cases.deviation > 0) & np.isfinite(cases.deviation)
    return usable
