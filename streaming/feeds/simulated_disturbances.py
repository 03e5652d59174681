"""Halts, silences, frozen prices and crossed quotes of the simulated market, on request."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.instants import microseconds
from streaming.feeds.simulated_market import SYMBOLS
from streaming.feeds.simulated_session import SECOND_US, SESSION_US, SimulatedSession
from streaming.feeds.simulated_trading import IS_INDEX

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600}


class Span(NamedTuple):
    """The exchange times of one symbol with `start_us` <= time < `end_us`, in microseconds UTC."""

    symbol: str
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class Disturbances:
    """What goes wrong, and when.  Raises ValueError for an unknown symbol, an empty span, or quotes of an index.

    `halts`: nothing trades, there are no ticks and the volume stands still.  `stale`: trading goes on unseen; there
    are no ticks, and the volume has grown when they return.  `frozen`: ticks repeat the last price, quotes and volume
    before the span.  `crossed`: the bid is above the ask.
    """

    halts: tuple[Span, ...] = ()
    stale: tuple[Span, ...] = ()
    frozen: tuple[Span, ...] = ()
    crossed: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        for span in (*self.halts, *self.stale, *self.frozen, *self.crossed):
            if span.symbol not in SYMBOLS:
                raise ValueError(f"a disturbance needs a simulated symbol, was {span.symbol!r}")
            if span.end_us <= span.start_us:
                raise ValueError(f"a disturbance must end after it starts, {span.symbol} lasted {_seconds(span)} s")
        for span in self.crossed:
            if IS_INDEX[SYMBOLS.index(span.symbol)]:
                raise ValueError(f"an index has no quotes to cross, was {span.symbol}")

    def __bool__(self) -> bool:
        return bool(self.halts or self.stale or self.frozen or self.crossed)


def disturbed(session: SimulatedSession, disturbances: Disturbances) -> SimulatedSession:
    """Return the session as it is under the disturbances; itself where none of them falls into it."""
    close_us = session.open_us + SESSION_US
    for name, change in (("crossed", _cross), ("frozen", _freeze), ("halts", _halt), ("stale", _silence)):
        for span in getattr(disturbances, name):
            if span.start_us < close_us and span.end_us > session.open_us:
                session = change(session, SYMBOLS.index(span.symbol), _inside(session, span))
    return session


def read_disturbances(text: str, *, now_us: int) -> Disturbances:
    """Return the disturbances of a text such as `halt:SBIN@+2m/10m stale:TCS@2026-11-24T10:00:00Z/90s`.

    Each is KIND:SYMBOL@START/LENGTH, separated by blanks or commas.  KIND is halt, stale, frozen or crossed; START an
    instant with its UTC offset, or a length after `now_us` (microseconds UTC); a length is in s, m or h.  An empty
    text asks for nothing.  Raises ValueError, naming the part, for anything else.
    """
    found: dict[str, list[Span]] = {"halt": [], "stale": [], "frozen": [], "crossed": []}
    for part in text.replace(",", " ").split():
        kind, _, rest = part.partition(":")
        symbol, _, when = rest.partition("@")
        start, _, length = when.rpartition("/")
        if kind not in found or not symbol or not start:
            raise ValueError(f"a disturbance is written KIND:SYMBOL@START/LENGTH ({', '.join(found)}), was {part!r}")
        start_us = _start_us(start, now_us=now_us, part=part)
        found[kind].append(Span(symbol, start_us, start_us + _length_us(length, part)))
    spans = {kind: tuple(rows) for kind, rows in found.items()}
    return Disturbances(spans["halt"], spans["stale"], spans["frozen"], spans["crossed"])


def _start_us(text: str, *, now_us: int, part: str) -> int:
    if text.startswith("+"):
        return now_us + _length_us(text[1:], part)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as problem:
        raise ValueError(f"a disturbance starts at an ISO instant or after a length, was {part!r}") from problem
    if instant.tzinfo is None:
        raise ValueError(f"a disturbance's instant needs its UTC offset, was {part!r}")
    return microseconds(instant)


def _length_us(text: str, part: str) -> int:
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not number.isdecimal():
        raise ValueError(f"a length is a whole number of s, m or h, was {text!r} in {part!r}")
    return int(number) * _UNITS[unit] * SECOND_US


def _inside(session: SimulatedSession, span: Span) -> NDArray[np.bool_]:
    """Return the seconds of the session whose tick of the symbol falls into the span."""
    offset = session.offset_us[:, SYMBOLS.index(span.symbol)]
    stamped = session.open_us + np.arange(len(offset)) * SECOND_US + offset
    return np.asarray((stamped >= span.start_us) & (stamped < span.end_us))


def _halt(session: SimulatedSession, column: int, inside: NDArray[np.bool_]) -> SimulatedSession:
    return _silence(_untraded(session, column, inside), column, inside)


def _silence(session: SimulatedSession, column: int, inside: NDArray[np.bool_]) -> SimulatedSession:
    present = session.present.copy()
    present[inside, column] = False
    return replace(session, present=present)


def _freeze(session: SimulatedSession, column: int, inside: NDArray[np.bool_]) -> SimulatedSession:
    """Repeat the last tick before the span; where the span holds the session's first tick, that tick."""
    seconds = np.flatnonzero(session.present[:, column])
    before = seconds[seconds < np.argmax(inside)]
    source = int(before[-1] if len(before) else seconds[0])
    session = _untraded(session, column, inside)
    paise, bid, ask = session.paise.copy(), session.bid_paise.copy(), session.ask_paise.copy()
    for values in (paise, bid, ask):
        values[inside, column] = values[source, column]
    return replace(session, paise=paise, bid_paise=bid, ask_paise=ask)


def _cross(session: SimulatedSession, column: int, inside: NDArray[np.bool_]) -> SimulatedSession:
    bid, ask = session.bid_paise.copy(), session.ask_paise.copy()
    bid[inside, column], ask[inside, column] = session.ask_paise[inside, column], session.bid_paise[inside, column]
    return replace(session, bid_paise=bid, ask_paise=ask)


def _untraded(session: SimulatedSession, column: int, inside: NDArray[np.bool_]) -> SimulatedSession:
    quantity, volume = session.quantity.copy(), session.volume.copy()
    quantity[inside, column] = 0
    volume[:, column] = np.cumsum(quantity[:, column], dtype=np.int64)
    return replace(session, quantity=quantity, volume=volume)


def _seconds(span: Span) -> float:
    return (span.end_us - span.start_us) / SECOND_US
