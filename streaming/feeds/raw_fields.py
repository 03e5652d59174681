"""One provider's message, checked field by field: bytes in, the values of a tick out, or the first thing wrong.

Nothing is repaired or guessed: a number as text, a time without a zone or a repeated key is refused by its name.
"""

import json
import math
from datetime import datetime
from typing import Final, NamedTuple

from streaming.validation import Reason

LARGEST_MESSAGE: Final = 16_384  # bytes; a tick with all its fields has about 250
LARGEST_PRICE: Final = 1e9  # rupees
SMALLEST_PRICE: Final = 0.005  # rounds to the first paisa
LARGEST_QUANTITY: Final = 2.0**53  # beyond it a float no longer holds every whole number
BOOK: Final = ("bid", "ask")
QUANTITIES: Final = ("quantity", "volume", "bid_quantity", "ask_quantity", "open_interest")
# 2000 to 2100 in seconds since 1970: a number in this range is a time in the unit that it is multiplied by.
_CENTURY: Final = (946_684_800, 4_102_444_800)
_WRONG_UNITS: Final = {"seconds": 1, "milliseconds": 10**3, "nanoseconds": 10**9}
_INT64: Final = 2**63
_LONGEST_SYMBOL: Final = 64
_ABSENT: Final = object()


class BadMessage(Exception):
    """A message is refused: its reason, the symbol as far as it is known, and what was expected and what came."""

    def __init__(self, reason: Reason, problem: str, symbol: str = "") -> None:
        super().__init__(problem)
        self.reason, self.problem, self.symbol = reason, problem, symbol


class Message(NamedTuple):
    """The values of one message; `numbers` by name, NaN for one that was not sent."""

    symbol: str
    time_us: int
    received_us: int | None
    numbers: dict[str, float]


def read_message(line: bytes) -> Message:
    """Return the message in one line without its end.  Raises BadMessage with the first reason that holds."""
    fields = _object(line)
    symbol = _symbol(fields)
    try:
        price = _number(fields, "price")
        if math.isnan(price):
            raise BadMessage(Reason.MISSING_FIELD, "price must be sent, was null or absent")
        numbers = {"price": price} | {name: _number(fields, name) for name in (*BOOK, *QUANTITIES)}
        _check_ranges(numbers)
        received = _time(fields, "received") if fields.get("received") is not None else None
        return Message(symbol, _time(fields, "time"), received, numbers)
    except BadMessage as bad:
        bad.symbol = symbol
        raise


def shown(text: object, *, length: int = 200) -> str:
    """Return any text in ASCII, escaped and cut: control characters and half characters have no place in a database."""
    escaped = str(text).encode("ascii", "backslashreplace").decode().replace("\0", "\\x00")
    return escaped if len(escaped) <= length else f"{escaped[:length]}..."


def _object(line: bytes) -> dict[str, object]:
    if len(line) > LARGEST_MESSAGE:
        raise BadMessage(Reason.TOO_LARGE, f"a message has at most {LARGEST_MESSAGE:,} bytes, had {len(line):,}")
    if not line.strip():
        raise BadMessage(Reason.EMPTY, "a message must hold one JSON object, was empty")
    try:
        found = json.loads(line.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except UnicodeDecodeError as problem:
        raise BadMessage(Reason.NOT_UTF8, f"a message must be UTF-8: {problem.reason} at {problem.start}") from problem
    except (ValueError, RecursionError) as problem:
        raise BadMessage(Reason.MALFORMED, f"a message must be one JSON object: {shown(problem)}") from problem
    if not isinstance(found, dict):
        raise BadMessage(Reason.MALFORMED, f"a message must be one JSON object, was {_kind(found)}")
    return found


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadMessage(Reason.DUPLICATE_KEY, f"each key comes once, {shown(twice)} came {names.count(twice)} times")
    return found


def _symbol(fields: dict[str, object]) -> str:
    symbol = fields.get("symbol", _ABSENT)
    if symbol is _ABSENT or symbol is None:
        raise BadMessage(Reason.MISSING_FIELD, "symbol must be sent, was null or absent")
    if not isinstance(symbol, str):
        raise BadMessage(Reason.WRONG_TYPE, f"symbol must be text, was {_kind(symbol)}")
    if not 0 < len(symbol) <= _LONGEST_SYMBOL:
        raise BadMessage(
            Reason.OUT_OF_RANGE, f"symbol must have 1 to {_LONGEST_SYMBOL} characters, had {len(symbol)}", shown(symbol)
        )
    return symbol


def _number(fields: dict[str, object], name: str) -> float:
    """Return a number, NaN where it was not sent."""
    value = fields.get(name)
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadMessage(Reason.WRONG_TYPE, f"{name} must be a number, was {_kind(value)}")
    if isinstance(value, int) and abs(value) >= _INT64:
        raise BadMessage(Reason.OUT_OF_RANGE, f"{name} must fit into 64 bits, was {shown(value, length=40)}")
    if not math.isfinite(value):
        raise BadMessage(Reason.NOT_FINITE, f"{name} must be finite, was {value}")
    return float(value)


def _check_ranges(numbers: dict[str, float]) -> None:
    for name in (*BOOK, *QUANTITIES):
        if numbers[name] < 0:
            raise BadMessage(Reason.NEGATIVE_NUMBER, f"{name} must not be negative, was {numbers[name]:g}")
    price = numbers["price"]
    if 0 < price < SMALLEST_PRICE:
        raise BadMessage(Reason.OUT_OF_RANGE, f"price must round to at least a paisa, was {price:g}")
    for name, largest in (*dict.fromkeys(("price", *BOOK), LARGEST_PRICE).items(), *_largest_quantities()):
        if abs(numbers[name]) > largest:
            raise BadMessage(Reason.OUT_OF_RANGE, f"{name} must be at most {largest:g}, was {numbers[name]:g}")


def _largest_quantities() -> list[tuple[str, float]]:
    return [(name, LARGEST_QUANTITY) for name in QUANTITIES]


def _time(fields: dict[str, object], name: str) -> int:
    """Return a time in microseconds UTC: a whole number of them, or ISO 8601 with its offset."""
    value = fields.get(name)
    if value is None:
        raise BadMessage(Reason.MISSING_FIELD, f"{name} must be sent, was null or absent")
    if isinstance(value, str):
        return _clock_time(name, value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadMessage(
            Reason.WRONG_TYPE, f"{name} must be whole microseconds or ISO 8601 with an offset, was {_kind(value)}"
        )
    for unit, factor in _WRONG_UNITS.items():
        if _CENTURY[0] * factor <= value < _CENTURY[1] * factor:
            raise BadMessage(Reason.WRONG_TIME_UNIT, f"{name} must be in microseconds, {value} are {unit}")
    if not -_INT64 <= value < _INT64:
        raise BadMessage(Reason.OUT_OF_RANGE, f"{name} must fit into 64 bits, was {shown(value, length=40)}")
    return value


def _clock_time(name: str, text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise BadMessage(Reason.MALFORMED, f"{name} must be ISO 8601, was {shown(text, length=40)}") from problem
    offset = moment.utcoffset()
    if offset is None:
        raise BadMessage(Reason.WRONG_TIME_ZONE, f"{name} must say its offset from UTC, was {shown(text, length=40)}")
    since = moment.replace(tzinfo=None) - datetime(1970, 1, 1) - offset
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _kind(value: object) -> str:
    """Return what a JSON value is, in words, with the value where it is short."""
    names = {bool: "a truth value", str: "text", list: "a list", dict: "an object", type(None): "null"}
    name = names.get(type(value), "a number")
    return f"{name} ({shown(json.dumps(value), length=40)})" if isinstance(value, bool | str | int | float) else name
