"""Whether an alert rule can be meant, and all that is wrong with one that cannot.  Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from math import isfinite
from typing import Any, Final, NamedTuple

from risk.alert_kinds import BUILT_IN, KINDS, LEVELS, PARTS, SCORE, WATCHDOG
from risk.alert_rules import AlertRule

EXCHANGES: Final = ("NSE", "BSE")
KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,31}")
MOST_RULES: Final = 64
MOST_SYMBOLS: Final = 500
MOST_PENDING: Final = 3600
MOST_KEEP: Final = 7200
NAMES: Final = tuple(field.name for field in fields(AlertRule))
_OWN: Final = ("enter", "exit", "pending_seconds", "keep_seconds", "window", "schedule")


class Problem(NamedTuple):
    """Why a value is refused: what was expected and what came."""

    name: str
    sentence: str


def checked_rule(values: object) -> tuple[AlertRule | None, list[Problem]]:
    """Return the rule that `values` say, names left out having their default, or all that is wrong with them."""
    if not isinstance(values, Mapping):
        return None, [Problem("rule", f"must be an object, was {values!r}")]
    problems = [problem for name, value in values.items() for problem in _problems_of(str(name), value)]
    problems += [Problem(name, "is needed") for name in ("key", "kind") if name not in values]
    if problems:
        return None, problems
    adapted = {name: _adapted(name, value) for name, value in values.items()}
    rule = AlertRule(**adapted)
    problems = list(_misfits(rule))
    return (None, problems) if problems else (rule, [])


def checked_rules(values: object) -> tuple[tuple[AlertRule, ...], list[Problem]]:
    """Return the rules of a list; each problem is named `rules.<key or place>.<field>`.

    Keys must differ, and every built-in rule must be there.
    """
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) > MOST_RULES:
        return (), [Problem("rules", f"must be a list of at most {MOST_RULES} rules")]
    rules, problems = list[AlertRule](), list[Problem]()
    for place, one in enumerate(values):
        rule, wrong = checked_rule(one)
        name = one.get("key", place) if isinstance(one, Mapping) else place
        problems += [Problem(f"rules.{name}.{problem.name}", problem.sentence) for problem in wrong]
        rules += [rule] if rule else []
    keys = [rule.key for rule in rules]
    problems += [Problem(f"rules.{key}.key", "is there twice") for key in sorted(set(keys)) if keys.count(key) > 1]
    if not problems:
        problems += [
            Problem(f"rules.{key}", "is built in: disable it, it cannot be removed")
            for key in BUILT_IN
            if key not in keys
        ]
    return (() if problems else tuple(rules)), problems


def _problems_of(name: str, value: object) -> Iterator[Problem]:
    expected = _EXPECTED.get(name)
    if expected is None:
        yield Problem(name, f"is not a part of a rule; known: {', '.join(NAMES)}")
    elif not _is_fit(name, value):
        yield Problem(name, f"{expected}, was {value!r}")


_EXPECTED: Final[Mapping[str, str]] = {
    "key": "must be 2 to 32 small letters, digits and underscores, a letter first",
    "kind": f"must be one of {', '.join(KINDS)}",
    "severity": f"must be one of {', '.join(LEVELS)}",
    "enabled": "must be true or false",
    "exchange": f"must be empty or one of {', '.join(EXCHANGES)}",
    "symbols": f"must be a list of at most {MOST_SYMBOLS} different symbols",
    "enter": "must be a finite number",
    "exit": "must be a finite number",
    "pending_seconds": f"must be a whole number from 0 to {MOST_PENDING}",
    "keep_seconds": f"must be a whole number from 0 to {MOST_KEEP}",
    "window": "must be one of the kind's windows, or empty",
    "schedule": f"must be a list of one or more of {', '.join(PARTS)}",
}


def _is_fit(name: str, value: object) -> bool:
    if name in ("enter", "exit"):
        return value is None or _is_finite(value)
    if name in ("pending_seconds", "keep_seconds"):
        most = MOST_PENDING if name == "pending_seconds" else MOST_KEEP
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
    if name in ("symbols", "schedule"):
        return _is_list(value, PARTS if name == "schedule" else None)
    if name == "enabled":
        return isinstance(value, bool)
    if name == "key":
        return isinstance(value, str) and KEY.fullmatch(value) is not None
    choices: Mapping[str, Sequence[str]] = {
        "kind": tuple(KINDS), "severity": LEVELS, "exchange": ("", *EXCHANGES)
    }  # fmt: skip
    return isinstance(value, str) and (name not in choices or value in choices[name])


def _is_list(value: object, choices: Sequence[str] | None) -> bool:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) and 0 < len(one) <= 32 for one in value):
        return False
    is_short = len(value) <= MOST_SYMBOLS and len(set(value)) == len(value)
    return is_short and (choices is None or (len(value) > 0 and set(value) <= set(choices)))


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 and isfinite(value)


def _adapted(name: str, value: Any) -> Any:
    if name in ("enter", "exit"):
        return None if value is None else float(value)
    if name == "schedule":
        return tuple(part for part in PARTS if part in value)
    return tuple(value) if name == "symbols" else value


def _misfits(rule: AlertRule) -> Iterator[Problem]:
    """Yield what does not go together: key and kind, kind and levels, kind and window, both scopes."""
    if rule.exchange and rule.symbols:
        yield Problem("symbols", "must be empty where an exchange is named")
    if rule.key in BUILT_IN and rule.kind != rule.key:
        yield Problem("kind", f"must be {rule.key} for the built-in rule of that key, was {rule.kind}")
    elif rule.key in BUILT_IN:
        yield from _built_in_misfits(rule)
    elif rule.kind in WATCHDOG:
        yield Problem("kind", f"{rule.kind} is the watchdog's: there is one rule of it, built in")
    else:
        yield from _level_misfits(rule)


def _built_in_misfits(rule: AlertRule) -> Iterator[Problem]:
    default = AlertRule(rule.key, rule.kind)
    for name in _OWN:
        if getattr(rule, name) != getattr(default, name):
            yield Problem(name, "is no part of a built-in rule: its levels are settings of the configuration")
    if not rule.is_of_all and rule.key in (SCORE, *WATCHDOG):
        yield Problem("symbols" if rule.symbols else "exchange", "must be empty: this rule judges everything")
    if rule.key == SCORE and rule.severity != default.severity:
        yield Problem("severity", "follows the score: change the thresholds of the configuration")


def _level_misfits(rule: AlertRule) -> Iterator[Problem]:
    kind = KINDS[rule.kind]
    for name, value in (("enter", rule.enter), ("exit", rule.exit)):
        if value is None:
            yield Problem(name, f"is needed, in {kind.unit}")
        elif not kind.least <= value <= kind.most:
            yield Problem(name, f"must lie in [{kind.least:g}, {kind.most:g}] {kind.unit}, was {value:g}")
    if rule.enter is not None and rule.exit is not None:
        if kind.rises and not rule.exit < rule.enter:
            yield Problem("exit", f"must be below enter ({rule.enter:g}), was {rule.exit:g}")
        if not kind.rises and not rule.exit > rule.enter:
            yield Problem("exit", f"must be above enter ({rule.enter:g}), was {rule.exit:g}")
    if rule.window not in (kind.windows or ("",)):
        yield Problem("window", f"must be one of {', '.join(kind.windows) or 'none'}, was {rule.window!r}")
