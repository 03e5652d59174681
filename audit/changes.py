"""What an entry changed, whatever shape its detail has.  Pure."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_OF_CHANGES: Final = ("changes", "changed", "before", "after", "from", "to")
NOTHING: Final = "–"


class Change(NamedTuple):
    """One value before and after, as people read it; a dash where there was none."""

    name: str
    before: str
    after: str


def changes_in(detail: Mapping[str, Any]) -> list[Change]:
    """Return what changed: configuration lists names, accounts have pairs, instruments two sets, alerts a step."""
    if isinstance(listed := detail.get("changes"), list):
        return [Change(str(one["name"]), text(one["before"]), text(one["after"])) for one in listed if _is_change(one)]
    if isinstance(pairs := detail.get("changed"), Mapping):
        return [Change(name, text(pair[0]), text(pair[1])) for name, pair in pairs.items() if _is_pair(pair)]
    before, after = detail.get("before"), detail.get("after")
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return [Change(name, text(before.get(name)), text(after.get(name))) for name in sorted({*before, *after})]
    if "from" in detail and "to" in detail and detail["from"] != detail["to"]:
        return [Change("state", text(detail["from"]), text(detail["to"]))]
    return []


def facts_in(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what else the detail says; what `changes_in` tells is left out where it tells anything."""
    told = _OF_CHANGES if changes_in(detail) else ()
    return [(name, text(value)) for name, value in detail.items() if name not in told]


def text(value: object) -> str:
    """Return a value of JSON as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return ", ".join(map(str, value)) or NOTHING
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_change(one: object) -> bool:
    return isinstance(one, Mapping) and {"name", "before", "after"} <= set(one)


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2
