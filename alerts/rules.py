"""When a score alert opens, rises, falls and ends.  Pure.

A level is an index into `risk.configuration.LEVELS`: 0 LOW, 1 MEDIUM, 2 HIGH, 3 CRITICAL.  Between a level's threshold
and its exit an alert keeps its level, so that a score which trembles at a threshold makes one alert, not many.
"""

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from risk.configuration import LEVELS, RiskConfig


class Step(StrEnum):
    """What happened to an alert."""

    OPENED = "opened"
    ROSE = "rose"
    FELL = "fell"
    ENDED = "ended"


@dataclass(frozen=True)
class Judgement:
    """A step and the level after it; None once ended."""

    step: Step
    level: int | None


def judge(score: float, *, level: int | None, config: RiskConfig) -> Judgement | None:
    """Return what a score in [0, 1] does to an alert of `level` (None: there is none), or None when it does nothing.

    A score equal to a threshold reaches it; one equal to an exit keeps the level.  Raises ValueError for a score
    that is no probability.
    """
    if not 0.0 <= score <= 1.0:
        raise ValueError(f"a score must lie in [0, 1], was {score}")
    reached, lowest = bisect_right(config.thresholds, score) - 1, LEVELS.index(config.alert_from)
    if level is None:
        return Judgement(Step.OPENED, reached) if reached >= lowest else None
    if reached > level:
        return Judgement(Step.ROSE, reached)
    if score >= config.exits[level] and level >= lowest:
        return None
    held = max((one for one in range(lowest, level) if score >= config.exits[one]), default=None)
    return Judgement(Step.ENDED if held is None else Step.FELL, held)
