"""The line to one socket: what it asked for, how far it has had the stream, and its wire.

While the wire is ready the newest frames go straight out.  While it is not, nothing is kept for it but its position:
when the wire is ready again the line catches up from there, so a slow client costs the same as a fast one.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from streaming.frames import Interest, Parcel
from streaming.protocol import CloseCode, Refused
from streaming.socket_facts import Identity
from streaming.stream import START, Position, Step, Stream
from streaming.wires import Wire

logger = structlog.get_logger(__name__)

_endings: set[asyncio.Task[None]] = set()  # the loop itself keeps no hold of its tasks


class Line:
    """`close` ends the socket with a refusal's code and reason.  A line is greeted once its stream may flow."""

    def __init__(self, wire: Wire, identity: Identity, close: Callable[[Refused], Awaitable[None]]) -> None:
        self.wire = wire
        self.identity = identity
        self.interest = Interest()
        self.position: Position = START
        self.is_greeted = False
        self.is_beat_due = True
        self.is_ended = False
        self._close = close

    def take(self, step: Step, parcel: Parcel | None) -> bool:
        """Move on by a step of the stream, writing its parcel; say whether the line stood right before it."""
        if self.position is not step.before or not self.wire.ready:
            return False
        self.position = step.after
        if parcel is not None:
            self.wire.write(parcel)
        return True

    def catch_up(self, stream: Stream, heartbeat: Callable[[int], Parcel]) -> None:
        """Write what the socket lacks, as long as the wire takes it.

        A heartbeat that is due goes first, so that a client which never gets to the newest hears how the feed stands.
        """
        if self.is_beat_due and self.wire.ready:
            self.is_beat_due = False
            self.wire.write(heartbeat(stream.position.seq if self.position.waits_for_snapshot else self.position.seq))
        while self.wire.ready and self.position is not stream.position:
            portion = stream.since(self.position, self.interest)
            self.position = portion.position
            if portion.parcel is not None:
                self.wire.write(portion.parcel)

    def stop(self) -> None:
        """Have nothing more written."""
        self.is_greeted = False
        self.position = START

    def end(self, code: CloseCode, reason: str) -> None:
        """Have nothing more written, and the socket closed as soon as its client lets us."""
        self.stop()
        self.is_ended = True
        task = asyncio.create_task(self._close_quietly(Refused(code, reason)))
        _endings.add(task)
        task.add_done_callback(_endings.discard)

    async def _close_quietly(self, refusal: Refused) -> None:
        try:
            await self._close(refusal)
        except Exception as problem:  # servers raise what they like for a client that is gone
            logger.debug("socket gone before it was closed", problem=repr(problem))
