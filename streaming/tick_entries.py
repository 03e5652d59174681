"""One entry of the tick log, and its bytes: a header and a batch of ticks as they lie in memory.

This is the only module that knows the format.  An entry's ID is `run-number`, chosen by the feed.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.ticks import TICK

SCHEMA_VERSION: Final = 1
START: Final = "0-0"
_HEADER: Final = struct.Struct("<HBBIqq")  # schema version, kind, whether others got ticks, count, log time, wall time


class Kind(IntEnum):
    """What an entry says."""

    TICKS = 0
    CLOCK = 1  # time passed in silence
    RUN_START = 2
    RUN_END = 3


class UnreadableEntry(Exception):
    """An entry is not in the format that this version reads."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `log_time` and `wall_time` are microseconds UTC, `ticks` is read-only.

    `elsewhere` says that the feed had ticks for other partitions at the same time.
    """

    run_id: int
    number: int
    kind: Kind
    log_time: int
    wall_time: int
    ticks: NDArray[np.void]
    elsewhere: bool = False

    @property
    def id(self) -> str:
        """What the stream calls it."""
        return f"{self.run_id}-{self.number}"


def encode(entry: Entry) -> bytes:
    """Return the bytes of an entry.  Raises ValueError when the ticks are not of dtype TICK."""
    if entry.ticks.dtype != TICK:
        raise ValueError(f"ticks must have the dtype TICK, had {entry.ticks.dtype}")
    facts = entry.kind, entry.elsewhere, len(entry.ticks), entry.log_time, entry.wall_time
    return _HEADER.pack(SCHEMA_VERSION, *facts) + entry.ticks.tobytes()


def decode(entry_id: str, payload: bytes) -> Entry:
    """Return the entry of `payload`.  Raises UnreadableEntry saying what was expected and what came."""
    if len(payload) < _HEADER.size:
        raise UnreadableEntry(f"entry {entry_id} has {len(payload)} bytes, expected at least {_HEADER.size}")
    version, kind, elsewhere, count, log_time, wall_time = _HEADER.unpack_from(payload)
    if version != SCHEMA_VERSION:
        raise UnreadableEntry(f"entry {entry_id} has schema version {version}, expected {SCHEMA_VERSION}")
    expected = _HEADER.size + count * TICK.itemsize
    if len(payload) != expected:
        raise UnreadableEntry(f"entry {entry_id} has {len(payload)} bytes, expected {expected} for {count} ticks")
    run_id, number = parse_id(entry_id)
    ticks = np.frombuffer(payload, dtype=TICK, count=count, offset=_HEADER.size)
    return Entry(run_id, number, Kind(kind), log_time, wall_time, ticks, bool(elsewhere))


def log_time_of(head: bytes) -> int:
    """Return the log time in an entry's first bytes.  Raises UnreadableEntry where they are not of this format."""
    if len(head) < _HEADER.size or head[0] | head[1] << 8 != SCHEMA_VERSION:
        raise UnreadableEntry(f"an entry begins with {head[:2]!r}, expected schema version {SCHEMA_VERSION}")
    return int(_HEADER.unpack_from(head)[4])


def parse_id(entry_id: str) -> tuple[int, int]:
    """Return (run, number) of an entry's ID."""
    run_id, _, number = entry_id.partition("-")
    return int(run_id), int(number)
