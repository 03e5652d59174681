"""The fast state of the fold and its bytes, a few hundred per symbol."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import Session
from risk.quant.jump_part import JumpPart
from risk.quant.profile import Profile, Universe
from risk.quant.volatility import INTRADAY
from risk.quant.windows import NO_VOLUME, OpenBars

STATE_SCHEMA: Final = 2
MAGIC: Final = b"FOLD"
# Magic, schema, engine; symbols, checksum of their ids; minutes closed before, session (key, open, close, whether
# after a weekend), session of the profile, number of open minutes.
HEADER: Final = struct.Struct("<4sH16sII6qI")
ENGINE_BYTES: Final = 16
INTEGERS: Final = ("newest_us", "last", "reference", "boundary", "volume", "bid", "ask")


class StateNotReadable(ValueError):
    """A stored fold state that this engine must not continue from."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; run `manage.py rebuild_fold` to fold the kept log again")


@dataclass
class FoldState:
    """Rolling state of S symbols.

    `newest_us` exchange time of the newest tick, `last` price in paise (0: none yet); `reference` close in paise of the
    last closed minute of this session (0: none) and `boundary` the minute since the epoch at which it ended; `volume`
    cumulative, -1 unknown; `bid` and `ask` newest quotes in paise, 0 unknown; `legs` [2, S] intraday variances;
    `implied` the option market's variance per average minute, NaN unknown or not fresh; `news` ticks since the last
    advance.  Minutes before `closed_before` are closed.  `jumps` is what a trial splits off the intraday legs.
    """

    newest_us: NDArray[np.int64]
    last: NDArray[np.int64]
    reference: NDArray[np.int64]
    boundary: NDArray[np.int64]
    volume: NDArray[np.int64]
    bid: NDArray[np.int64]
    ask: NDArray[np.int64]
    legs: NDArray[np.float64]
    implied: NDArray[np.float64]
    news: NDArray[np.bool_]
    bars: OpenBars
    closed_before: int = 0
    session: Session | None = None
    jumps: JumpPart | None = None

    @classmethod
    def fresh(cls, profile: Profile) -> "FoldState":
        """Return the state before the first tick, with the legs that the profile ended with."""
        size = len(profile.universe)
        none, volume = np.zeros((6, size), dtype=np.int64), np.full(size, NO_VOLUME, dtype=np.int64)
        news = np.zeros(size, dtype=np.bool_)
        implied = np.full(size, np.nan)
        legs = profile.legs.copy()
        newest_us, last, reference, boundary, bid, ask = none
        jumps = None if profile.model.jump_part is None else JumpPart.fresh(legs)
        bars = OpenBars(size)
        return cls(newest_us, last, reference, boundary, volume, bid, ask, legs, implied, news, bars, jumps=jumps)

    def begin(self, session: Session | None) -> None:
        """Enter a session: no reference price yet, volume counted from 0, yesterday's options no longer fresh."""
        self.session = session
        self.reference[:] = 0
        self.volume[:] = 0
        self.implied[:] = np.nan
        self.jumps = self.jumps and self.jumps.begun()

    def pack(self, *, universe: Universe, engine: str, profile_session: int) -> bytes:
        """Return the state as bytes; equal states give equal bytes.

        Raises ValueError for an engine whose name has more than 16 bytes: it would come back cut off, and for the state
        of a trial with jumps, which the bytes have no place for.
        """
        if self.jumps is not None:
            raise ValueError("the state of a trial with jump_part cannot be stored")
        if len(engine.encode()) > ENGINE_BYTES:
            raise ValueError(f"engine must have at most {ENGINE_BYTES} bytes, was {engine!r}")
        session = self.session or (-1, 0, 0, False)
        counts = (self.closed_before, *session, profile_session, len(self.bars.minutes))
        head = HEADER.pack(MAGIC, STATE_SCHEMA, engine.encode(), len(universe), _checksum(universe), *counts)
        arrays = [getattr(self, name) for name in INTEGERS] + [self.legs, self.implied, self.news]
        open_bars = [struct.pack("<q", key) + bars.tobytes() for key, bars in sorted(self.bars.minutes.items())]
        return b"".join([head, *(array.tobytes() for array in arrays), *open_bars])

    @classmethod
    def unpack(cls, blob: bytes, *, universe: Universe, engine: str, profile_session: int) -> "FoldState":
        """Return the state in the bytes.

        Raises StateNotReadable for another schema, engine, universe or profile, and for truncated bytes.
        """
        if len(blob) < HEADER.size or blob[:4] != MAGIC:
            raise StateNotReadable("the stored state is not a fold state")
        _, schema, raw_engine, symbols, checksum, before, *session, rolled, count = HEADER.unpack_from(blob)
        _expect("schema", schema, STATE_SCHEMA)
        _expect("engine", raw_engine.rstrip(b"\0").decode(errors="replace"), engine)
        _expect("instruments", (symbols, checksum), (len(universe), _checksum(universe)))
        _expect("profile of session", rolled, profile_session)
        _expect("length", len(blob), _length(symbols, count))
        state = _without_bars(blob, symbols)
        state.closed_before = before
        key, opens, closes, after_weekend = session
        state.session = None if key == -1 else Session(key, opens, closes, bool(after_weekend))
        _read_bars(state.bars, blob, count)
        return state


def _without_bars(blob: bytes, symbols: int) -> FoldState:
    """Return the state in the arrays behind the header; bars, clock and session are still those of no ticks."""
    offset, width, count = HEADER.size, 8 * symbols, len(INTEGERS)
    rows = np.frombuffer(blob, dtype=np.int64, count=count * symbols, offset=offset).reshape(count, symbols).copy()
    floats = np.frombuffer(blob, dtype=np.float64, count=(INTRADAY + 1) * symbols, offset=offset + count * width)
    news = np.frombuffer(blob, dtype=np.bool_, count=symbols, offset=offset + (count + INTRADAY + 1) * width)
    legs, implied = floats[: INTRADAY * symbols].reshape(INTRADAY, symbols), floats[INTRADAY * symbols :]
    newest_us, last, reference, boundary, volume, bid, ask = rows
    own = legs.copy(), implied.copy(), news.copy(), OpenBars(symbols)
    return FoldState(newest_us, last, reference, boundary, volume, bid, ask, *own)


def _read_bars(bars: OpenBars, blob: bytes, count: int) -> None:
    offset = _length(bars.symbols, 0)
    for _ in range(count):
        (minute,) = struct.unpack_from("<q", blob, offset)
        values = np.frombuffer(blob, dtype=np.int64, count=7 * bars.symbols, offset=offset + 8)
        bars.minutes[minute] = values.reshape(7, bars.symbols).copy()
        offset += 8 + values.nbytes


def _length(symbols: int, open_minutes: int) -> int:
    return HEADER.size + symbols * (8 * (len(INTEGERS) + INTRADAY + 1) + 1) + open_minutes * (8 + 56 * symbols)


def _checksum(universe: Universe) -> int:
    return zlib.crc32(universe.instruments.tobytes() + universe.asset_class.tobytes())


def _expect(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise StateNotReadable(f"the stored state has {what} {found}, expected {expected}")
