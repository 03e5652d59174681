"""On which sessions an underlying's options expire: effective-dated weekdays from `calendars/expiries.json`.

For the calendar's part of the score and for reports; the instant of a listed contract's expiry comes from its own
date (`expiry.py`).
"""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal, NotRequired, TypedDict

from risk.quant.calendar import ExchangeClock, NotCovered

EVERY_OTHER_SYMBOL: Final = "*"
ONE_DAY: Final = timedelta(days=1)


# "from" is a keyword, so the class form cannot name it.
Rule = TypedDict(
    "Rule",
    {
        "symbol": str,
        "from": str,
        "to": str,
        "weekday": int,  # 0 is Monday
        "each": Literal["week", "month"],
        "monthly_weekday": NotRequired[int],  # the last expiry of a month falls on this day of its week
        "confidence": str,
    },
)


def expiry_sessions(symbol: str, *, clock: ExchangeClock) -> frozenset[int]:
    """Return the keys (yyyymmdd) of the sessions on which options of the symbol expire, as far as both files know.

    A day without a session gives way to the session before it.
    """
    has_own = any(rule["symbol"] == symbol for rule in _rules())
    return _sessions_of(symbol if has_own else EVERY_OTHER_SYMBOL, clock)


@cache
def _sessions_of(named: str, clock: ExchangeClock) -> frozenset[int]:
    """Return the sessions of the rules that name this symbol: most symbols share those of every other one."""
    days = (day for rule in _rules() if rule["symbol"] == named for day in _days(rule))
    return frozenset(key for day in days if (key := _session_key(day, clock)) is not None)


@cache
def _rules() -> list[Rule]:
    rules: list[Rule] = json.loads((Path(__file__).parent / "calendars" / "expiries.json").read_text())["rules"]
    return rules


def _days(rule: Rule) -> list[date]:
    """Return the days of a rule in its span, before holidays are looked at."""
    first, last = date.fromisoformat(rule["from"]), date.fromisoformat(rule["to"])
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    weekly = [day for day in days if day.weekday() == rule["weekday"]]
    if rule["each"] == "month":
        return [day for day in weekly if _is_last_of_month(day)]
    moved = rule.get("monthly_weekday", rule["weekday"])
    ends = [day for day in days if day.weekday() == moved and _is_last_of_month(day)]
    weeks = {(day.isocalendar().year, day.isocalendar().week) for day in ends}
    return [day for day in weekly if (day.isocalendar().year, day.isocalendar().week) not in weeks] + ends


def _is_last_of_month(day: date) -> bool:
    return (day + 7 * ONE_DAY).month != day.month


def _session_key(day: date, clock: ExchangeClock) -> int | None:
    """Return the key of the day's session, or of the one before it; None outside the calendar."""
    for back in range(7):
        try:
            session = clock.session_on(day - back * ONE_DAY)
        except NotCovered:
            return None
        if session is not None:
            return session.key
    return None
