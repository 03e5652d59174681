"""When a condition's alert opens and ends: two levels, a pending time and a keep time.  Pure.

R rules judge S symbols at once; a cell is one rule's memory of one symbol.  Instants are microseconds UTC of log time;
0 means none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.alert_kinds import KINDS
from risk.alert_rules import AlertRule

SECOND_US: Final = 1_000_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Terms:
    """What R rules ask for, each [R, 1]; `sign` is -1 where the alert opens below its level.  Times in microseconds."""

    sign: Floats
    enter: Floats
    leave: Floats
    pending: Ints
    keep: Ints

    @classmethod
    def of(cls, rules: Sequence[AlertRule]) -> "Terms":
        """Return the terms of rules that have levels.  Raises ValueError for one without."""
        if bare := [rule.key for rule in rules if rule.enter is None or rule.exit is None]:
            raise ValueError(f"rules must have both levels, {bare} have not")
        sign = _column([1.0 if KINDS[rule.kind].rises else -1.0 for rule in rules])
        return cls(
            sign=sign,
            enter=sign * _column([rule.enter or 0.0 for rule in rules]),
            leave=sign * _column([rule.exit or 0.0 for rule in rules]),
            pending=_column([rule.pending_seconds for rule in rules]).astype(np.int64) * SECOND_US,
            keep=_column([rule.keep_seconds for rule in rules]).astype(np.int64) * SECOND_US,
        )


@dataclass
class Cells:
    """Memory [R, S]: since when the measure has stood at its level, since when that of an alert has been back beyond
    the exit, and whether an alert goes on."""

    since: Ints
    left: Ints
    is_on: Bools

    @classmethod
    def blank(cls, rules: int, symbols: int) -> "Cells":
        """Return the memory before anything was judged."""
        shape = (rules, symbols)
        return cls(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.bool_))


class Steps(NamedTuple):
    """Which alerts [R, S] opened and ended at an instant."""

    opened: Bools
    ended: Bools


def judge(cells: Cells, values: Floats, is_judged: Bools, *, instant: int, terms: Terms) -> Steps:
    """Take the measures [R, S] of an instant into the cells and return what that did.

    Where nothing is judged everything stays as it is.  NaN is a measure that is not known: nothing that is pending goes
    on being so, and nothing ends.  A value at a level has reached it; one at the exit has not left.
    """
    directed = terms.sign * values
    reached = is_judged & (directed >= terms.enter)
    back = is_judged & cells.is_on & (directed < terms.leave)
    holds = is_judged & (directed >= terms.leave)
    since = np.where(cells.since > 0, cells.since, instant)
    cells.since = np.where(is_judged, np.where(reached & ~cells.is_on, since, 0), cells.since)
    cells.left = np.where(back & (cells.left == 0), instant, np.where(holds, 0, cells.left))
    opened = reached & ~cells.is_on & (instant - cells.since >= terms.pending)
    ended = back & (instant - cells.left >= terms.keep)
    cells.is_on = (cells.is_on | opened) & ~ended
    cells.since[opened] = 0
    cells.left[ended] = 0
    return Steps(opened, ended)


def forget(cells: Cells, those: Bools) -> Bools:
    """Empty the cells [R, S] of `those`, and return in which of them an alert went on."""
    went_on: Bools = those & cells.is_on
    cells.since[those] = cells.left[those] = 0
    cells.is_on &= ~those
    return went_on


def _column(numbers: Sequence[float]) -> Floats:
    return np.array(numbers, dtype=np.float64).reshape(len(numbers), 1)
