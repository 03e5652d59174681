"""How a case of the tick corpus is written: a line made for a moment, and what must become of it.

A case stands between two good ticks of TCS.  `stamp` is a time between theirs, in microseconds UTC, one hour into a
session; its lines arrive a second or two after it.  `count` is how many lines a case has.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
INDIA = 19_800 * SECOND
Disposition = Literal["refused", "warned", "accepted"]
PRICE = 3_000.0
VOLUME = 5_000


@dataclass(frozen=True)
class Case:
    name: str
    line: Callable[[int], bytes]
    reason: str | None
    count: int = 1

    @property
    def disposition(self) -> Disposition:
        if self.reason is None:
            return "accepted"
        return "warned" if self.reason == "crossed_book" else "refused"


def tick(stamp: int, **changes: object) -> bytes:
    fields = {"symbol": "TCS", "exchange_time": stamp, "last_price": PRICE, "volume": VOLUME, **changes}
    return json.dumps(fields).encode()


def field(name: str, value: object) -> Callable[[int], bytes]:
    return lambda stamp: tick(stamp, **{name: value})


def token(name: str, text: str) -> Callable[[int], bytes]:
    """A field with any text at all in the place of its value."""
    return lambda stamp: tick(stamp, **{name: "@"}).replace(b'"@"', text.encode())


def raw(line: bytes) -> Callable[[int], bytes]:
    return lambda stamp: line


def without(name: str) -> Callable[[int], bytes]:
    def line(stamp: int) -> bytes:
        fields = json.loads(tick(stamp))
        return json.dumps({key: value for key, value in fields.items() if key != name}).encode()

    return line


def stamped(change: Callable[[int], object]) -> Callable[[int], bytes]:
    return lambda stamp: tick(stamp, exchange_time=change(stamp))


def wrapped(begin: bytes, end: bytes = b"") -> Callable[[int], bytes]:
    return lambda stamp: begin + tick(stamp) + end


def iso(stamp: int, *, ahead: int, zone: str) -> str:
    """The time as a clock shows it that is `ahead` of UTC, called `zone`."""
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp((stamp + ahead) // SECOND, UTC).replace(microsecond=(stamp + ahead) % SECOND)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + zone


def good(stamp: int) -> bytes:
    return tick(stamp, last_price=PRICE + 0.05, last_quantity=1)


def stream(begin: int, cases: list[Case]) -> bytes:
    """A good tick before and behind each case, each line a microsecond after the one before."""
    lines = [good(begin)]
    for place, case in enumerate(cases):
        stamp = begin + 2 * place + 1
        lines += [case.line(stamp), good(stamp + 1)]
    return b"".join(line + b"\n" for line in lines)
