"""The hub: one per web process, frames encoded once, a local loop over the lines to its sockets.

Its stream keeps the newest record of every symbol, read from the database when the group is joined and brought forward
by every message since, so that a snapshot costs no query.  Joining comes before reading: what is committed in between
arrives as a message.  After an error of the layer or a gap in a publisher's numbers it reads again: all get snapshots.
When its last socket has gone it listens on for a while, so that a client whose connection blinked can resume.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from streaming import listening, revocation, socket_facts
from streaming.frames import Interest, Parcel
from streaming.lasting import lasting
from streaming.line import Line
from streaming.losses import known_publishers, look_for_losses
from streaming.patience import end_those_that_do_not_drain
from streaming.protocol import Subscription
from streaming.publishers import Publishers
from streaming.pulse import Pulse
from streaming.stream import Step, Stream

logger = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 5.0
SWEEP_SECONDS = 30.0
LINGER_SECONDS = 120.0  # how long it listens on without sockets
LINES_IN_A_ROW = 250  # then other work of the loop gets its turn


class Hub:
    """Of one event loop.  It runs while it has lines, and a bounded time after."""

    def __init__(self) -> None:
        self.lines: set[Line] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._rest: asyncio.TimerHandle | None = None
        self._forget()

    async def join(self, line: Line) -> None:
        """Send the newest state to a socket whose user is known, then let it have everything that follows."""
        self.lines.add(line)
        line.wire.on_ready = partial(self._catch_up, line)
        line.wire.on_lost = partial(self.leave, line)
        self._wake()
        await self._ready.wait()
        await revocation.end_revoked([line])  # what changed since its user was read was announced before it was here
        await self._pulse.newest()
        if line in self.lines and not line.is_ended:
            line.is_greeted = True
            self._catch_up(line)

    def subscribe(self, line: Line, wish: Subscription) -> None:
        """Change what a socket gets, beginning with what it missed since its `last_seq`, or else with a snapshot."""
        line.interest = wish.interest
        line.position = self._stream.resumed(last_seq=wish.last_seq, name=wish.stream, before=line.position)
        self._catch_up(line)

    def leave(self, line: Line) -> None:
        self.lines.discard(line)
        line.stop()
        if not self.lines and self._tasks and self._rest is None:
            self._rest = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._stop)

    async def joined(self) -> None:
        """The group is joined: what publishers have numbered until now is in the database, which is read after."""
        self._publishers = await known_publishers()
        await self._read_anew()

    async def lost(self) -> None:
        """The layer is away: new sockets get what the database has, the others wait for the next joining."""
        await self._load()
        self._ready.set()

    async def hear(self, message: dict[str, Any]) -> None:
        if self._publishers.sees_gap(message["pub"], message["n"]):
            await self._read_anew()
        kind, facts = message["kind"], message["data"]
        if kind == "risk_update":
            await self._fan_out(self._stream.stored(facts))
        elif kind == "live":
            await self._fan_out(self._stream.live(facts))
        elif kind == "revocation":  # for the hub itself: no client hears of it, and no number is spent on it
            changed = {fact["user_id"] for fact in facts}
            await revocation.end_revoked([line for line in self.lines if line.identity.user_id in changed])
        else:
            for fact in facts:
                await self._fan_out(self._stream.event(kind, fact))

    def _forget(self) -> None:
        self._tasks = []
        self._ready = asyncio.Event()
        self._publishers = Publishers({})
        self._pulse = Pulse()
        self._stream = Stream(secrets.token_hex(4), alerts_address=f"/api/{settings.API_VERSION}/alerts/")

    def _wake(self) -> None:
        """Begin to listen, or go on listening."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        if not self._tasks:
            self._start()

    def _stop(self) -> None:
        """Listen no more; who comes next begins a new stream."""
        self._rest = None
        for task in self._tasks:
            task.cancel()
        self._forget()

    def _start(self) -> None:
        work: dict[str, Callable[[], Awaitable[None]]] = {
            "listen": partial(listening.listen, self),
            "losses": partial(look_for_losses, lambda: self._publishers, self._read_anew),
            "heartbeats": self._beat,
            "sweep": self._sweep,
            "patience": partial(end_those_that_do_not_drain, self.lines),
        }
        self._tasks = [asyncio.create_task(lasting(each, name=name)) for name, each in work.items()]

    async def _read_anew(self) -> None:
        """Read the newest records and send snapshots of them to all who were here before."""
        await self._load(take_in=self._stream.reread if self._ready.is_set() else self._stream.load)
        self._ready.set()
        for line in list(self.lines):
            self._catch_up(line)

    async def _load(self, *, take_in: Callable[[list[Any]], None] | None = None) -> None:
        """Read the newest records; on a database error keep what there is, the heartbeat says how old it is."""
        records: list[Any] = []
        try:
            records = await database_sync_to_async(socket_facts.latest_records)()
        except DatabaseError as problem:
            logger.warning("latest records unreadable", problem=repr(problem))
        (take_in or self._stream.load)(records)

    def _catch_up(self, line: Line, heartbeat: Callable[[int], Parcel] | None = None) -> None:
        if line.is_greeted:
            line.catch_up(self._stream, heartbeat or self._heartbeat)

    def _heartbeat(self, seq: int) -> Parcel:
        """Return the heartbeat for sockets that have had the numbers up to `seq`."""
        return Parcel([self._stream.heartbeat(self._pulse.known(), seq=seq)])

    async def _fan_out(self, step: Step) -> None:
        """Write a step to every line that stands right before it; the others catch up when their wires are ready."""
        parcels: dict[Interest, Parcel | None] = {}
        for number, line in enumerate(list(self.lines), start=1):
            if line.interest not in parcels:
                frames = step.frames_for(line.interest)
                parcels[line.interest] = Parcel(frames) if frames else None
            if not line.take(step, parcels[line.interest]):
                self._catch_up(line)
            if number % LINES_IN_A_ROW == 0:
                await asyncio.sleep(0)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            if not self.lines:
                continue
            await self._pulse.newest()
            shared = cache(self._heartbeat)
            for line in list(self.lines):
                line.is_beat_due = True
                self._catch_up(line, shared)

    async def _sweep(self) -> None:
        """The net under the announcements, which may be lost."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await revocation.end_revoked(list(self.lines))


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def current() -> Hub:
    """Return the hub of the running event loop: one per web process."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
