"""How the bad-input cases of one public name are written down.

A number is tried as NaN, infinite, zero and negative in each numeric argument, in an array as its first element.  One
letter each, in this order, says what must happen:

    R  refused: a ValueError whose sentence names the argument and what came
    N  unknown: the result is NaN where the bad element counts, and nothing else changes
    O  ordinary: a value like any other, without NaN
    .  an explicit case below says it
    -  cannot occur: the argument holds integers, which are neither NaN nor infinite
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Final, Literal

Kind = Literal["nan", "infinite", "zero", "negative", "crossed", "shapes", "empty", "word", "bytes", "rows"]
NUMBERS: Final[Mapping[Kind, float]] = {"nan": float("nan"), "infinite": float("inf"), "zero": 0.0, "negative": -1.0}


class Why(StrEnum):
    """Why a name needs no bad-input cases, or none of a kind; the audit checks what a machine can."""

    TAKES_NOTHING = "it takes no argument"
    RECORD = "it holds fields and checks nothing: what reads it does"
    DECLARES = "a protocol declares and does nothing"
    ONLY_RECORDS = "it takes no numbers, only records that other names made"
    REFUSED_BY = "its arguments were made or checked by the name given, which refuses bad ones"
    ORDINARY = "every value of this kind is ordinary"


@dataclass(frozen=True)
class Refused:
    """The call raises ValueError, or `error`, with a sentence that matches."""

    match: str
    error: type[Exception] = ValueError


@dataclass(frozen=True)
class Gives:
    """The call returns this documented value; NaN equals NaN."""

    value: object


@dataclass(frozen=True)
class Case:
    """One explicit call and what must come of it; `of` names the argument where it stands for a `.` in its letters."""

    kind: Kind
    call: Callable[[], object]
    outcome: Refused | Gives
    of: str = ""


@dataclass(frozen=True)
class Entry:
    """All of one public name: `good` arguments that work, letters per number, or why there are none.

    `on` makes the object whose method is called; `read` takes the array to look at out of the result; `shapes` and
    `empty` are R or O for arrays of different lengths and without elements; `skips` says why a kind or an argument is
    not tried; `says` is the word by which sentences name an argument, where it is another.
    """

    name: str
    good: Mapping[str, object] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    shapes: str = ""
    empty: str = ""
    cases: tuple[Case, ...] = ()
    skips: Mapping[str, Why] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    on: Callable[[], object] | None = None
    read: Callable[..., object] | None = None
    positional: tuple[str, ...] = ()
    why: Why | None = None
    by: str = ""


def calling(function: Callable[..., object], *places: object, **arguments: object) -> Callable[[], object]:
    """Return the call of a function with arguments of any type, wrong ones too."""
    return partial(function, *places, **arguments)


def refused_by(name: str, *names: str) -> list[Entry]:
    """Return an entry for each of `names`, whose arguments `name` makes or checks."""
    return [Entry(one, why=Why.REFUSED_BY, by=name) for one in names]


def without(why: Why, *names: str) -> list[Entry]:
    """Return an entry for each of `names`, which has no cases for this reason."""
    return [Entry(one, why=why) for one in names]
