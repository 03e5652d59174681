"""The score's figures by instrument, phase of the day and expiry day."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from risk.quant.cases import Cases
from risk.quant.evaluation import area_under_curve, brier, checked_sample, skill
from risk.quant.guards import chances

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Subject = Literal["symbol", "phase", "expiry"]

OPENING_MINUTES: Final = 60
CLOSING_MINUTES: Final = 90
SESSION_MINUTES: Final = 375


@dataclass(frozen=True)
class Group:
    """Figures of one part of the cases; skills against the constant base rate and the part's own rate."""

    subject: Subject
    name: str
    cases: int
    base_rate: float
    mean_forecast: float
    auc: float
    skill_against_base: float
    skill_against_sample: float


def breakdown(cases: Cases, probabilities: FloatArray, *, symbols: dict[int, str], base_rate: float) -> list[Group]:
    """Return the figures of every part that holds a case; `symbols` names the instruments.

    A window belongs to the phase in which it starts: the opening hour, midday, or the last 90 of 375 minutes.
    Raises ValueError as `checked_sample` does and for a base rate outside [0, 1].
    """
    checked_sample(probabilities, cases.touched)
    chances("base_rate", base_rate)
    opening, closing = cases.minute < OPENING_MINUTES, cases.minute >= SESSION_MINUTES - CLOSING_MINUTES
    parts: list[tuple[Subject, str, BoolArray]] = [
        *(("symbol", name, cases.instrument == instrument) for instrument, name in symbols.items()),
        ("phase", "opening hour", opening),
        ("phase", "midday", ~opening & ~closing),
        ("phase", "last 90 minutes", closing),
        ("expiry", "expiry day", cases.expiry_day),
        ("expiry", "other day", ~cases.expiry_day),
    ]
    return [
        _group(subject, name, probabilities[mask], cases.touched[mask], base_rate)
        for subject, name, mask in parts
        if mask.any()
    ]


def _group(subject: Subject, name: str, probabilities: FloatArray, outcomes: BoolArray, base_rate: float) -> Group:
    rate, error = float(outcomes.mean()), brier(probabilities, outcomes)
    return Group(
        subject=subject,
        name=name,
        cases=len(outcomes),
        base_rate=rate,
        mean_forecast=float(probabilities.mean()),
        auc=area_under_curve(probabilities, outcomes),
        skill_against_base=skill(error, brier(np.full(len(outcomes), base_rate), outcomes)),
        skill_against_sample=skill(error, rate * (1 - rate)),
    )
