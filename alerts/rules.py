"""When a score alert opens, rises, eases, recovers and ends.  Pure: many symbols at once, instants come in.

A level is an index into `risk.configuration.LEVELS`: 0 LOW, 1 MEDIUM, 2 HIGH, 3 CRITICAL.  Three delays keep an alert
from flapping: a level counts once the score has stood at its threshold for the pending time; what an alert has become
it stays for the hold time before it eases; and below its exit it goes on for the keep-firing time before it ends.
Instants are microseconds UTC of log time; 0 means none.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.configuration import LEVELS, RiskConfig

SECOND_US: Final = 1_000_000
NONE, FIRING, RECOVERING = 0, 1, 2  # phases in memory
MEMORY: Final = np.dtype(
    [
        ("instrument", "<i8"),
        ("since", "<i8", (len(LEVELS),)),  # from when on every score has reached the level's threshold
        ("level", "i1"),  # of the alert, -1 without one
        ("phase", "i1"),
        ("moved", "<i8"),  # when the alert last opened, rose, eased or fired again: the hold counts from it
        ("left", "<i8"),  # when the score went below the exit that keeps the alert firing
        ("peak", "<f8"),  # the highest score of the alert
    ]
)

Ints = NDArray[np.int8]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Step(StrEnum):
    """What happened to an alert."""

    OPENED = "opened"
    ROSE = "rose"
    FELL = "fell"
    RECOVERING = "recovering"
    RETURNED = "returned"
    ENDED = "ended"


STEPS: Final = (None, *Step)  # what the codes of `judge` mean
OPENED, ROSE, FELL, LEFT, RETURNED, ENDED = range(1, 7)


@dataclass(frozen=True)
class ScoreRule:
    """Thresholds as probabilities, delays in microseconds; `lowest` is the level from which on alerts open."""

    enter: Floats
    leave: Floats
    lowest: int
    pending: NDArray[np.int64]
    hold: int
    keep: int

    @classmethod
    def of(cls, config: RiskConfig) -> "ScoreRule":
        """Return the rule of a configuration."""
        usual, critical = config.alert_pending_seconds, config.critical_pending_seconds
        return cls(
            enter=np.array(config.thresholds),
            leave=np.array(config.exits),
            lowest=LEVELS.index(config.alert_from),
            pending=np.array([usual, usual, usual, critical], dtype=np.int64) * SECOND_US,
            hold=config.alert_hold_seconds * SECOND_US,
            keep=config.alert_keep_firing_seconds * SECOND_US,
        )


@dataclass(frozen=True)
class Verdict:
    """What an instant did, by row: the code of the step (0: none), and whether the score came up to the threshold
    from which on alerts open, having been below it."""

    steps: Ints
    reached: Bools


def blank(instruments: NDArray[np.int64]) -> NDArray[np.void]:
    """Return the memory [n] of symbols that have no alert and have reached nothing."""
    memory = np.zeros(len(instruments), dtype=MEMORY)
    memory["instrument"], memory["level"] = instruments, -1
    return memory


def judge(memory: NDArray[np.void], scores: Floats, *, instant: int, rule: ScoreRule) -> Verdict:
    """Take one score of each symbol at `instant` into `memory` [n] and return what it did: at most one step each.

    A score equal to a threshold reaches it; one equal to an exit does not leave.  Between two calls a score stands as
    it was.  Raises ValueError for a score that is no probability.
    """
    if not (good := (scores >= 0.0) & (scores <= 1.0)).all():
        raise ValueError(f"a score must lie in [0, 1], was {scores[~good][0]}")
    level, phase = memory["level"].copy(), memory["phase"].copy()
    came_up = _count_in(memory, scores, instant=instant, rule=rule)
    ripe, stays = _ripe(memory, instant=instant, rule=rule), _stays(scores, level, rule)
    steps = np.zeros(len(memory), dtype=np.int8)
    firing, recovering, rested = phase == FIRING, phase == RECOVERING, instant - memory["moved"] >= rule.hold
    held = _held(scores, level, rule)
    memory["left"] = np.where(firing, np.where(stays, 0, np.where(memory["left"] > 0, memory["left"], instant)),
                              memory["left"])  # fmt: skip
    steps[firing & ~stays & rested] = LEFT
    steps[firing & stays & rested & (held >= 0) & (held < level)] = FELL
    steps[recovering & (instant - memory["left"] >= rule.keep)] = ENDED
    steps[recovering & (scores >= rule.enter[rule.lowest])] = RETURNED
    steps[(level >= 0) & (ripe > level)] = ROSE
    steps[(level < 0) & (ripe >= 0)] = OPENED
    _move(memory, steps, scores, np.where(steps == FELL, held, ripe), instant)
    return Verdict(steps, came_up)


def _count_in(memory: NDArray[np.void], scores: Floats, *, instant: int, rule: ScoreRule) -> Bools:
    """Keep since when each level's threshold has been reached; return which rows came up to the lowest one."""
    reached = scores[:, None] >= rule.enter
    reached[:, : rule.lowest] = False
    before = memory["since"].copy()
    memory["since"] = np.where(reached, np.where(before > 0, before, instant), 0)
    came_up: Bools = reached[:, rule.lowest] & (before[:, rule.lowest] == 0)
    return came_up


def _ripe(memory: NDArray[np.void], *, instant: int, rule: ScoreRule) -> Ints:
    """Return the highest level [n] whose threshold has been reached for its pending time, -1 without one."""
    ripe = (memory["since"] > 0) & (instant - memory["since"] >= rule.pending)
    highest = len(LEVELS) - 1 - np.argmax(ripe[:, ::-1], axis=1)
    return np.where(ripe.any(axis=1), highest, -1).astype(np.int8)


def _stays(scores: Floats, level: Ints, rule: ScoreRule) -> Bools:
    """Return which scores [n] keep an alert firing; one below a raised `alert_from` must reach that threshold."""
    stays: Bools = scores >= np.where(level >= rule.lowest, rule.leave[rule.lowest], rule.enter[rule.lowest])
    return stays


def _held(scores: Floats, level: Ints, rule: ScoreRule) -> Ints:
    """Return the highest level [n], from the lowest up to the alert's, whose exit the score has not left; else -1."""
    levels = np.arange(len(LEVELS))
    holds = (scores[:, None] >= rule.leave) & (levels >= rule.lowest) & (levels <= level[:, None])
    return np.where(holds.any(axis=1), len(LEVELS) - 1 - np.argmax(holds[:, ::-1], axis=1), -1).astype(np.int8)


def _move(memory: NDArray[np.void], steps: Ints, scores: Floats, target: Ints, instant: int) -> None:
    """Write the steps into the memory; an alert that ended is forgotten, what its score has reached is not."""
    opened, ended = steps == OPENED, steps == ENDED
    upward = opened | (steps == ROSE) | (steps == RETURNED)
    memory["level"] = np.where(opened | (steps == ROSE) | (steps == FELL), target, memory["level"])
    memory["phase"] = np.where(upward, FIRING, np.where(steps == LEFT, RECOVERING, memory["phase"]))
    memory["moved"] = np.where(upward | (steps == FELL), instant, memory["moved"])
    memory["left"] = np.where(upward, 0, memory["left"])
    memory["peak"] = np.where(opened, scores, memory["peak"])
    for name, empty in (("level", -1), ("phase", NONE), ("moved", 0), ("left", 0), ("peak", 0.0)):
        memory[name][ended] = empty
