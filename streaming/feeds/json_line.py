"""One line of a feed, checked field by field: bytes in, the values of a tick out, or the first thing wrong.

Nothing is repaired or guessed: a number as text, a time without a zone or a repeated key is refused by its name.  Which
values a market can have is not judged here but for every feed, in `streaming.validation`.
"""

import json
import math
from datetime import datetime
from typing import Final, NamedTuple

from risk.quant.ticks import OPTIONAL
from streaming.reasons import Reason

LONGEST_LINE: Final = 16_384  # bytes; a tick with all its fields has about 250
LONGEST_SYMBOL: Final = 64
NUMBERS: Final = ("last_price", *OPTIONAL)
FIELDS: Final = frozenset(("symbol", "exchange_time", *NUMBERS))
# 2000 to 2100 in seconds since 1970: a number in this range is a time in the unit that it is multiplied by.
CENTURY: Final = (946_684_800, 4_102_444_800)
_WRONG_UNITS: Final = {"seconds": 1, "milliseconds": 10**3, "nanoseconds": 10**9}
_INT64: Final = 2**63
_EPOCH: Final = datetime(1970, 1, 1)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_KINDS: Final = {bool: "a truth value", str: "text", list: "a list", dict: "an object", type(None): "null"}
_EXCERPT: Final = 200  # characters


class BadLine(Exception):
    """A line is refused: its reason, the symbol as far as it is known, and what was expected and what came."""

    def __init__(self, reason: Reason, problem: str, symbol: str = "") -> None:
        super().__init__(problem)
        self.reason, self.problem, self.symbol = reason, problem, symbol


class TickLine(NamedTuple):
    """The values of one line: time in microseconds UTC, numbers in the order of NUMBERS, NaN for one not sent."""

    symbol: str
    exchange_time: int
    numbers: tuple[float, ...]


def read_line(line: bytes) -> TickLine:
    """Return the tick in one line without its end.  Raises BadLine with the first reason that holds."""
    fields = _object(line)
    symbol = _symbol(fields)
    try:
        for name in fields:
            if name not in FIELDS:
                raise BadLine(Reason.UNKNOWN_FIELD, f"no field is called {shown(name, length=40)}")
        numbers = tuple(_number(fields, name) for name in NUMBERS)
        if fields.get("last_price") is None:
            raise BadLine(Reason.MISSING_FIELD, "last_price must be sent, was null or absent")
        return TickLine(symbol, _time(fields, "exchange_time"), numbers)
    except BadLine as bad:
        bad.symbol = symbol
        raise


def shown(text: object, *, length: int = _EXCERPT) -> str:
    """Return any text in ASCII, escaped and cut: control characters and half characters have no place in a database."""
    printable = "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in str(text))
    escaped = printable.encode("ascii", "backslashreplace").decode()
    return escaped if len(escaped) <= length else f"{escaped[:length]}..."


def excerpt(line: bytes) -> str:
    """Return the beginning of any bytes as `shown` text."""
    return shown(line[: 2 * _EXCERPT].decode("utf-8", "backslashreplace"))


def _object(line: bytes) -> dict[str, object]:
    if len(line) > LONGEST_LINE:
        raise BadLine(Reason.TOO_LARGE, f"a line has at most {LONGEST_LINE:,} bytes, had {len(line):,}")
    if not line.strip():
        raise BadLine(Reason.EMPTY, "a line must hold one JSON object, was empty")
    if line.startswith(_BYTE_ORDER_MARK):
        raise BadLine(Reason.MALFORMED, "a line must begin with its JSON object, began with a byte order mark")
    try:
        found = json.loads(line.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except UnicodeDecodeError as problem:
        raise BadLine(Reason.NOT_UTF8, f"a line must be UTF-8: {problem.reason} at byte {problem.start}") from problem
    except (ValueError, RecursionError) as problem:
        raise BadLine(Reason.MALFORMED, f"a line must be one JSON object: {shown(problem)}") from problem
    if not isinstance(found, dict):
        raise BadLine(Reason.MALFORMED, f"a line must be one JSON object, was {_kind(found)}")
    return found


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise BadLine(
            Reason.DUPLICATE_KEY, f"a key comes once, {shown(twice, length=40)} came {names.count(twice)} times"
        )
    return found


def _symbol(fields: dict[str, object]) -> str:
    symbol = fields.get("symbol")
    if symbol is None:
        raise BadLine(Reason.MISSING_FIELD, "symbol must be sent, was null or absent")
    if not isinstance(symbol, str):
        raise BadLine(Reason.WRONG_TYPE, f"symbol must be text, was {_kind(symbol)}")
    if not 0 < len(symbol) <= LONGEST_SYMBOL:
        raise BadLine(
            Reason.OUT_OF_RANGE, f"symbol must have 1 to {LONGEST_SYMBOL} characters, had {len(symbol)}", symbol
        )
    return symbol


def _number(fields: dict[str, object], name: str) -> float:
    """Return a number, NaN where it was not sent."""
    value = fields.get(name)
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadLine(Reason.WRONG_TYPE, f"{name} must be a number, was {_kind(value)}")
    if isinstance(value, int) and abs(value) >= _INT64:
        raise BadLine(Reason.OUT_OF_RANGE, f"{name} must fit into 64 bits, was {shown(value, length=40)}")
    if not math.isfinite(value):
        raise BadLine(Reason.NOT_FINITE, f"{name} must be finite, was {value}")
    return float(value)


def _time(fields: dict[str, object], name: str) -> int:
    """Return a time in microseconds UTC: a whole number of them, or ISO 8601 with its offset."""
    value = fields.get(name)
    if value is None:
        raise BadLine(Reason.MISSING_FIELD, f"{name} must be sent, was null or absent")
    if isinstance(value, str):
        return _clock_time(name, value)
    if not isinstance(value, bool) and isinstance(value, int | float):
        for unit, factor in _WRONG_UNITS.items():
            if CENTURY[0] * factor <= value < CENTURY[1] * factor:
                raise BadLine(Reason.WRONG_TIME_UNIT, f"{name} must be in microseconds, {value} are {unit}")
    if isinstance(value, bool) or not isinstance(value, int):
        expected = "whole microseconds since 1970 or ISO 8601 with an offset"
        raise BadLine(Reason.WRONG_TYPE, f"{name} must be {expected}, was {_kind(value)}")
    if not -_INT64 <= value < _INT64:
        raise BadLine(Reason.OUT_OF_RANGE, f"{name} must fit into 64 bits, was {shown(value, length=40)}")
    return value


def _clock_time(name: str, text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise BadLine(Reason.MALFORMED, f"{name} must be ISO 8601, was {shown(text, length=40)}") from problem
    offset = moment.utcoffset()
    if offset is None:
        raise BadLine(Reason.WRONG_TIME_ZONE, f"{name} must say its offset from UTC, was {shown(text, length=40)}")
    since = moment.replace(tzinfo=None) - _EPOCH - offset
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _kind(value: object) -> str:
    """Return what a JSON value is, in words, with the value where it is short."""
    name = _KINDS.get(type(value), "a number")
    return name if isinstance(value, list | dict) or value is None else f"{name} ({shown(value, length=40)})"
