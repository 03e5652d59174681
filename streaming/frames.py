"""The frames of `/ws/risk-stream`, encoded once for all sockets that get the same.  Pure.

`seq` counts what a client must not miss: it grows by one per risk record, alert and run message of a hub (`stream`).
Live values and heartbeats repeat the newest number: losing one loses nothing.  A batch frame covers the numbers after
`prev` up to `seq`.  A client sees a gap when `prev` (or, without batches, `seq - 1`) is above the last number it had.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Interest:
    """What a socket asked for; sockets of equal interest share their encoded frames."""

    symbols: frozenset[str] | None = None
    batch: bool = False
    live: bool = False

    def wants(self, symbol: str) -> bool:
        return self.symbols is None or symbol in self.symbols


@dataclass(frozen=True)
class Place:
    """Where in a hub's numbering a cycle lies: its frames have the numbers after `prev`, up to `seq`."""

    stream: str
    prev: int
    seq: int


def risk_frames(records: Sequence[Record], interest: Interest, place: Place, *, live: bool = False) -> list[str]:
    """Return the frames of one cycle for one interest: one batch, or one message per record.

    A batch is sent even when it is empty, so that `prev` and `seq` stay without gaps for clients with few symbols.
    """
    if live and not interest.live:
        return []
    if not interest.batch:
        return _single_frames(records, interest, place, live=live)
    wanted = [record for record in records if interest.wants(record["symbol"])]
    if live and not wanted:
        return []
    frame = {"type": "risk_batch", "data": wanted, "live": live, "prev": place.prev}
    return [_encode(frame, stream=place.stream, seq=place.seq)]


def snapshot_frames(
    records: Sequence[Record], interest: Interest, place: Place, *, unknown: Collection[str] = ()
) -> list[str]:
    """Return the newest record of each wanted symbol, as one `snapshot` or as a message per record."""
    wanted = [record for record in records if interest.wants(record["symbol"])]
    if interest.batch:
        frame = {"type": "snapshot", "data": wanted, "unknown": sorted(unknown)}
        return [_encode(frame, stream=place.stream, seq=place.seq)]
    return [update_frame(record, stream=place.stream, seq=place.seq) for record in wanted]


def update_frame(record: Record, *, stream: str, seq: int) -> str:
    return _encode({"type": "risk_update", "data": record}, stream=stream, seq=seq)


def event_frame(kind: str, facts: Mapping[str, Any], *, stream: str, seq: int) -> str:
    """Return one `alert`, `run` or `heartbeat` frame."""
    return _encode({"type": kind, "data": facts}, stream=stream, seq=seq)


def _single_frames(records: Sequence[Record], interest: Interest, place: Place, *, live: bool) -> list[str]:
    first = place.seq if live else place.prev + 1
    return [
        update_frame(record, stream=place.stream, seq=first if live else first + position)
        for position, record in enumerate(records)
        if interest.wants(record["symbol"])
    ]


def _encode(frame: Mapping[str, Any], *, stream: str, seq: int) -> str:
    return orjson.dumps({**frame, "seq": seq, "stream": stream}).decode()
