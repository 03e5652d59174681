"""The frames of `/ws/risk-stream`, encoded once for all sockets that get the same.  Pure.

`seq` counts what a client must not miss: it grows by one per risk record, alert and run message of a hub (`stream`).
Live values and heartbeats repeat the newest number: losing one loses nothing.  A batch frame covers the numbers after
`prev` up to `seq`.  A client sees a gap when `prev` (or, without batches, `seq - 1`) is above the last number it had.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

Record = Mapping[str, Any]
Numbered = tuple[int, Record]  # a record and its number in the stream

_TEXT_FRAME = 0x81  # RFC 6455: the only frame of a message of text


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


class Parcel:
    """Frames that go out together: as texts, and as the bytes of the wire, each made once for all who get them."""

    def __init__(self, payloads: Sequence[bytes]) -> None:
        self._payloads = payloads

    @cached_property
    def texts(self) -> list[str]:
        return [payload.decode() for payload in self._payloads]

    @cached_property
    def wire(self) -> bytes:
        """The frames as a server writes them: not masked, not compressed."""
        return b"".join(part for payload in self._payloads for part in (_header(len(payload)), payload))


def risk_frames(records: Sequence[Numbered], interest: Interest, place: Place, *, live: bool = False) -> list[bytes]:
    """Return the frames of one cycle for one interest: one batch, or one message per record.

    A batch is sent even when it is empty, so that `prev` and `seq` stay without gaps for clients with few symbols.
    """
    if live and not interest.live:
        return []
    wanted = [(number, record) for number, record in records if interest.wants(record["symbol"])]
    if not interest.batch:
        return [update_frame(record, stream=place.stream, seq=number) for number, record in wanted]
    if live and not wanted:
        return []
    frame = {"type": "risk_batch", "data": [record for _, record in wanted], "live": live, "prev": place.prev}
    return [_encode(frame, stream=place.stream, seq=place.seq)]


def snapshot_frames(
    records: Sequence[Record], interest: Interest, place: Place, *, unknown: Collection[str] = ()
) -> list[bytes]:
    """Return the newest record of each wanted symbol, as one `snapshot` or as a message per record."""
    wanted = [record for record in records if interest.wants(record["symbol"])]
    if interest.batch:
        frame = {"type": "snapshot", "data": wanted, "unknown": sorted(unknown)}
        return [_encode(frame, stream=place.stream, seq=place.seq)]
    return [update_frame(record, stream=place.stream, seq=place.seq) for record in wanted]


def update_frame(record: Record, *, stream: str, seq: int) -> bytes:
    return _encode({"type": "risk_update", "data": record}, stream=stream, seq=seq)


def event_frame(kind: str, facts: Mapping[str, Any], *, stream: str, seq: int) -> bytes:
    """Return one `alert`, `run`, `config`, `source`, `gap` or `heartbeat` frame."""
    return _encode({"type": kind, "data": facts}, stream=stream, seq=seq)


def gap_frame(*, since: int, read: str, stream: str, seq: int) -> bytes:
    """Return the frame that says: of these kinds some after the number `since` are missing; `read` has the alerts."""
    return event_frame(
        "gap", {"missing": ["alert", "config", "source"], "since": since, "read": read}, stream=stream, seq=seq
    )


def _encode(frame: Mapping[str, Any], *, stream: str, seq: int) -> bytes:
    return orjson.dumps({**frame, "seq": seq, "stream": stream})


def _header(length: int) -> bytes:
    if length < 126:
        return bytes((_TEXT_FRAME, length))
    if length < 1 << 16:
        return bytes((_TEXT_FRAME, 126)) + length.to_bytes(2, "big")
    return bytes((_TEXT_FRAME, 127)) + length.to_bytes(8, "big")
