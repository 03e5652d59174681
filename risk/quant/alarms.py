"""How good the alarms are that a threshold raises: precision, recall, F1, lead time, severities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.evaluation import checked_sample
from risk.quant.guards import chances, one_shape
from risk.quant.scoring import SEVERITIES

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SEVERITY_FROM: Final = (0.0, 0.3, 0.5, 0.8, 0.9)
CURVE_THRESHOLDS: Final = tuple(k / 20 for k in range(1, 20))


@dataclass(frozen=True)
class AlarmQuality:
    """Windows whose score at the start reaches the threshold, against those that touched.

    `precision` is the share of alarms that touched, `recall` the share of touched windows with an alarm; lead times
    are minutes from the alarm to the end of the bar that touched first.  NaN where nothing is counted.
    """

    threshold: float
    alarms: int
    share: float
    precision: float
    recall: float
    f1: float
    mean_lead_minutes: float
    median_lead_minutes: float


@dataclass(frozen=True)
class SeverityShare:
    """Windows whose score lies in a severity: how many, which share of all, how often they touched."""

    severity: str
    low: float
    cases: int
    share: float
    observed: float


def alarm_quality(
    probabilities: FloatArray, outcomes: BoolArray, touch_minute: FloatArray, *, threshold: float
) -> AlarmQuality:
    """Return the quality of the alarms at `threshold`; arrays [N], `touch_minute` NaN where untouched.

    Raises ValueError for an empty sample, arrays of different length, and probabilities or a threshold outside [0, 1].
    """
    checked_sample(probabilities, outcomes)
    one_shape(probabilities=probabilities, touch_minute=touch_minute)
    chances("threshold", threshold)
    alarm = probabilities >= threshold
    hits, alarms, touched = int((alarm & outcomes).sum()), int(alarm.sum()), int(outcomes.sum())
    leads = touch_minute[alarm & outcomes]
    return AlarmQuality(
        threshold=threshold,
        alarms=alarms,
        share=alarms / len(outcomes),
        precision=_share(hits, alarms),
        recall=_share(hits, touched),
        f1=_share(2 * hits, alarms + touched),
        mean_lead_minutes=float(leads.mean()) if hits else float("nan"),
        median_lead_minutes=float(np.median(leads)) if hits else float("nan"),
    )


def alarm_curve(
    probabilities: FloatArray,
    outcomes: BoolArray,
    touch_minute: FloatArray,
    *,
    thresholds: Sequence[float] = CURVE_THRESHOLDS,
) -> list[AlarmQuality]:
    """Return the quality at each threshold.  Raises ValueError as `alarm_quality` does."""
    return [alarm_quality(probabilities, outcomes, touch_minute, threshold=value) for value in thresholds]


def severity_shares(probabilities: FloatArray, outcomes: BoolArray) -> list[SeverityShare]:
    """Return NORMAL to CRITICAL, bounded by .3, .5, .8 and .9; a score on a bound has the higher severity.

    Raises ValueError for an empty sample, arrays of different length and probabilities outside [0, 1].
    """
    checked_sample(probabilities, outcomes)
    level = np.searchsorted(SEVERITY_FROM, probabilities, side="right") - 1
    rows = []
    for number, (name, low) in enumerate(zip(SEVERITIES, SEVERITY_FROM, strict=True)):
        own = outcomes[level == number]
        rows.append(SeverityShare(name, low, len(own), len(own) / len(outcomes), _share(int(own.sum()), len(own))))
    return rows


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
