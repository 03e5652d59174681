"""A client that does what docs/stream.md says, and a wire that takes as much as a test lets it.  No network."""

import json
from collections.abc import Callable
from typing import Any

from accounts.doors import Door, DoorKind
from streaming.frames import Interest, Parcel
from streaming.line import Line
from streaming.protocol import Refused
from streaming.socket_facts import Identity
from streaming.stream import Stream
from streaming.wires import nothing

NOBODY = Identity(1, "", "viewer", 1, Door(DoorKind.SESSION, "x"))


class ValveWire:
    """Takes `room` parcels, then nothing until `open` is called."""

    def __init__(self, room: int = 1 << 30) -> None:
        self.room = room
        self.arrived: list[str] = []
        self.written = 0
        self.closed_with: int | None = None
        self.waiting_bytes: int | None = None
        self.on_ready: Callable[[], None] = nothing
        self.on_lost: Callable[[], None] = nothing

    @property
    def ready(self) -> bool:
        return self.room > 0

    def write(self, parcel: Parcel) -> None:
        assert self.ready, "written to although not ready"
        self.room -= 1
        self.written += 1
        self.arrived += parcel.texts

    def taken(self) -> int | None:
        return self.waiting_bytes

    async def close(self, code: int, reason: str) -> None:
        self.closed_with = code

    def open(self, room: int = 1 << 30) -> None:
        self.room = room
        if room:
            self.on_ready()


class DocumentedClient:
    """Applies frames in order: a snapshot replaces everything, and what is said last of a symbol holds."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.seq: int | None = None
        self.stream: str | None = None
        self.events: list[int] = []  # numbers of alerts and configurations
        self.told_missing_since: list[int] = []
        self.beats = 0

    def apply(self, frame: dict[str, Any], *, batch: bool) -> None:
        self.stream = frame["stream"]
        kind, seq, before = frame["type"], frame["seq"], self.seq
        if kind == "heartbeat":
            self.beats += 1
            if batch:
                assert before is None or seq <= before
            elif before is not None:  # without batches not every number comes in a frame of one's own
                self.seq = max(seq, before)
            return
        if kind == "gap":
            self.told_missing_since.append(frame["data"]["since"])
            return
        if kind == "snapshot":
            self.values = {}
        elif batch:
            assert before is not None
            assert frame.get("prev", seq - 1) <= before <= seq, "the client would see a gap"
        if kind in {"alert", "config"}:
            self.events.append(seq)
        for record in frame["data"] if isinstance(frame["data"], list) else [frame["data"]]:
            if kind in {"snapshot", "risk_batch", "risk_update"}:
                self.values[record["symbol"]] = record
        self.seq = max(seq, before or 0)


class Listening:
    """A line of a stream with a client at its other end."""

    def __init__(self, stream: Stream, interest: Interest, *, room: int = 1 << 30) -> None:
        self.stream = stream
        self.client = DocumentedClient()
        self.wire = ValveWire(room)
        self.line = Line(self.wire, NOBODY, _refused)
        self.line.interest = interest
        self.line.is_greeted = True
        self.wire.on_ready = self.catch_up
        self.catch_up()

    def catch_up(self) -> None:
        self.line.catch_up(self.stream, lambda seq: Parcel([self.stream.heartbeat({}, seq=seq)]))

    def read(self) -> list[dict[str, Any]]:
        """Let the client apply what arrived."""
        frames = [json.loads(text) for text in self.wire.arrived]
        self.wire.arrived.clear()
        for frame in frames:
            self.client.apply(frame, batch=self.line.interest.batch)
        return frames


async def _refused(refusal: Refused) -> None:
    raise AssertionError(f"nobody refuses here: {refusal}")
