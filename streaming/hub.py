"""The hub: one channel-layer channel per web process, frames encoded once, a local loop over the sockets.

It keeps the newest record of every symbol, read from the database when it joins the group and brought forward by every
message since, so that a snapshot costs no query.  Joining comes before reading: what is committed in between arrives
as a message.  After an error of the layer, or a gap in a publisher's numbers, it reads again and sends snapshots.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db import DatabaseError

from streaming import socket_facts
from streaming.frames import Interest, Place, Record, event_frame, risk_frames, snapshot_frames
from streaming.memory import Memory

logger = structlog.get_logger(__name__)

GROUP = "risk.stream"  # where riskplatform/lib/broadcast.py publishes
HEARTBEAT_SECONDS = 5.0
SWEEP_SECONDS = 30.0
REJOIN_SECONDS = 1.0
JOIN_SECONDS = 5.0
LONGEST_REJOIN_SECONDS = 10.0


class Socket(Protocol):
    """What the hub asks of a consumer."""

    interest: Interest

    async def send_frame(self, frame: str) -> None: ...

    async def end(self) -> None: ...

    def identity(self) -> socket_facts.Identity: ...


class Hub:
    """Of one event loop.  It runs while it has sockets."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._forget()

    async def join(self, socket: Socket) -> None:
        """Send the newest state to a socket whose user is known, then let it have everything that follows."""
        self.sockets.add(socket)
        if not self._tasks:
            self._start()
        await self._ready.wait()
        await self._end_revoked([socket])  # what changed since its user was read was announced before it was here
        heartbeat = await self._heartbeat_frame()
        if socket in self.sockets:
            # Greeted before the frames go out, and no await in between: what comes next finds the socket in the loop.
            self._greeted.add(socket)
            await self._deliver(socket, [heartbeat, *self._snapshot(socket.interest)])

    async def subscribe(self, socket: Socket, interest: Interest) -> None:
        """Change what a socket gets, beginning with a snapshot."""
        socket.interest = interest
        await self._ready.wait()
        self._greeted.add(socket)
        await self._deliver(socket, self._snapshot(interest))

    def leave(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        self._greeted.discard(socket)
        if not self.sockets:
            for task in self._tasks:
                task.cancel()
            self._forget()

    def _forget(self) -> None:
        self._tasks = []
        self._ready = asyncio.Event()
        self._greeted: set[Socket] = set()
        self._memory = Memory()
        self._stream = secrets.token_hex(4)
        self._seq = 0

    def _start(self) -> None:
        self._tasks = [asyncio.create_task(loop()) for loop in (self._listen, self._beat, self._sweep)]

    async def _listen(self) -> None:
        wait = REJOIN_SECONDS
        while True:
            try:
                await self._join_group_and_forward()
                wait = REJOIN_SECONDS
            except asyncio.CancelledError:
                raise
            except Exception as problem:  # the layer raises what its client raises; whatever it is, join again
                logger.warning("channel layer lost", problem=repr(problem), retry_seconds=wait)
                await self._reload(announce=False)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_REJOIN_SECONDS)

    async def _join_group_and_forward(self) -> None:
        layer = get_channel_layer()
        async with asyncio.timeout(JOIN_SECONDS):
            channel = await layer.new_channel("hub")
            await layer.group_add(GROUP, channel)
        self._memory.forget_publishers()  # what they said before the group was joined again is not known
        try:
            await self._reload(announce=True)
            while True:
                await self._forward(await layer.receive(channel))
        finally:
            with suppress(Exception):
                await layer.group_discard(GROUP, channel)

    async def _reload(self, *, announce: bool) -> None:
        """Read the newest records; on a database error keep what there is, the heartbeat says how old it is."""
        try:
            self._memory.remember(await database_sync_to_async(socket_facts.latest_records)())
        except DatabaseError as problem:
            logger.warning("latest records unreadable", problem=repr(problem))
        self._ready.set()
        if announce:
            await self._fan_out(self._snapshot, self._greeted)

    async def _forward(self, message: dict[str, Any]) -> None:
        if self._memory.sees_gap(message["pub"], message["n"]):
            await self._reload(announce=True)
        kind, facts = message["kind"], message["data"]
        if kind in {"risk_update", "live"}:
            await self._forward_risk(facts, live=kind == "live")
        elif kind == "revocation":  # for the hub itself: no client hears of it, and no number is spent on it
            changed = {fact["user_id"] for fact in facts}
            await self._end_revoked([socket for socket in self.sockets if socket.identity().user_id in changed])
        elif kind != "heartbeat":
            for fact in facts:
                await self._forward_event(kind, fact)

    async def _forward_risk(self, records: list[Record], *, live: bool) -> None:
        prev = self._seq
        if live:
            records = self._memory.with_stored_ids(records)
        else:
            self._seq += len(records)
            self._memory.remember(records)
        place = Place(self._stream, prev=prev, seq=self._seq)
        await self._fan_out(lambda interest: risk_frames(records, interest, place, live=live), self._greeted)

    async def _forward_event(self, kind: str, facts: dict[str, Any]) -> None:
        self._seq += 1
        frame = event_frame(kind, facts, stream=self._stream, seq=self._seq)
        await self._fan_out(lambda _: [frame], self._greeted)

    def _snapshot(self, interest: Interest) -> list[str]:
        records = self._memory.records()
        unknown = (interest.symbols or frozenset()) - {record["symbol"] for record in records}
        place = Place(self._stream, prev=self._seq, seq=self._seq)
        return snapshot_frames(records, interest, place, unknown=unknown)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            frame = await self._heartbeat_frame()
            await self._fan_out(lambda _, frame=frame: [frame], self._greeted)  # type: ignore[misc]

    async def _heartbeat_frame(self) -> str:
        facts = await database_sync_to_async(socket_facts.heartbeat_facts)()
        return event_frame("heartbeat", {**facts, "head_seq": self._seq}, stream=self._stream, seq=self._seq)

    async def _sweep(self) -> None:
        """The net under the announcements, which may be lost."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self._end_revoked(list(self.sockets))

    async def _end_revoked(self, sockets: list[Socket]) -> None:
        """Close those whose user or door is not what it was when they connected."""
        if not sockets:
            return
        with suppress(socket_facts.IdentitiesUnreadable):
            identities = {socket.identity() for socket in sockets}
            valid = await database_sync_to_async(socket_facts.still_valid)(identities)
            for socket in sockets:
                if socket.identity() not in valid:
                    await socket.end()

    async def _fan_out(self, frames_for: Callable[[Interest], list[str]], sockets: Iterable[Socket]) -> None:
        encoded: dict[Interest, list[str]] = {}
        for socket in list(sockets):
            if socket.interest not in encoded:
                encoded[socket.interest] = frames_for(socket.interest)
            await self._deliver(socket, encoded[socket.interest])

    async def _deliver(self, socket: Socket, frames: list[str]) -> None:
        try:
            for frame in frames:
                await socket.send_frame(frame)
        except Exception as problem:  # a socket that is going away must not hold up the others
            logger.debug("socket dropped", problem=repr(problem))
            self.leave(socket)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def current() -> Hub:
    """Return the hub of the running event loop: one per web process."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
