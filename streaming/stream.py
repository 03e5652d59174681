"""A hub's numbered stream: what each message brings, and what brings a socket from where it is to the newest.  Pure.

A socket's position says what it has had.  Who stands right before a step gets the step's own frames, shared by all of
equal interest.  Who is further behind gets the newest record of each symbol that changed since, and every event since:
that is how a slow socket skips to the newest, and how one that comes back resumes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from streaming.catching_up import MOST_AT_ONCE, frames_of, in_order
from streaming.frames import (
    Interest,
    Numbered,
    Parcel,
    Place,
    Record,
    event_frame,
    gap_frame,
    risk_frames,
    snapshot_frames,
)
from streaming.memory import Memory
from streaming.recent_events import RecentEvents


@dataclass(frozen=True)
class Position:
    """How far a socket has had the numbers, and how many live messages.

    One that waits for a snapshot has no number; `told` is up to which number it had every event when it asked for it,
    -1 for one that is new.
    """

    seq: int
    live: int
    told: int = -1

    @property
    def waits_for_snapshot(self) -> bool:
        return self.seq < 0

    def from_a_snapshot(self) -> "Position":
        """Return the position of the same socket when it begins again with a snapshot."""
        return Position(-1, -1, self.told if self.waits_for_snapshot else self.seq)


MOST_SHARED_PORTIONS = 64
START: Final = Position(-1, -1)  # has nothing: gets a snapshot
NO_LIVE_YET: Final = -1  # comes back to its number: gets an answer even when nothing happened


@dataclass(frozen=True)
class Step:
    """One message of the stream: from which position to which, and its frames for an interest."""

    before: Position
    after: Position
    frames_for: Callable[[Interest], list[bytes]]


@dataclass(frozen=True)
class Portion:
    """Frames for a socket that is behind, and where it stands when it has had them."""

    parcel: Parcel | None
    position: Position


class Stream:
    """`name` marks this numbering; `alerts_address` is where alerts are read again."""

    def __init__(self, name: str, *, alerts_address: str) -> None:
        self.name = name
        self.position = Position(0, 0)
        self._alerts_address = alerts_address
        self._memory = Memory()
        self._events = RecentEvents()
        self._portions: dict[tuple[Position, Interest], Portion] = {}  # of sockets at one place, made once
        self._whole_since = 0  # before this number something was missed here: only a snapshot helps

    def load(self, records: Sequence[Record]) -> None:
        """Take in stored records that no socket is told of one by one."""
        self._move_to(self.position)
        self._memory.remember((self.position.seq, record) for record in records)

    def reread(self, records: Sequence[Record]) -> None:
        """Take in stored records after messages were missed: whoever was here before needs a snapshot."""
        self._move_to(Position(self.position.seq + 1, self.position.live))
        self._whole_since = self.position.seq
        self.load(records)

    def stored(self, records: Sequence[Record]) -> Step:
        """Number a cycle's records; one that is older than what is known spends a number and goes nowhere."""
        first = self.position.seq + 1
        newer = self._memory.remember(enumerate(records, start=first))
        return self._step(lambda interest, place: risk_frames(newer, interest, place), spends=len(records))

    def live(self, records: Sequence[Record]) -> Step:
        before = self.position
        self._move_to(Position(before.seq, before.live + 1))
        values = self._memory.remember_live(records, number=self.position.live)
        return Step(before, self.position, lambda interest: self._live_frames(values, interest, before.seq))

    def event(self, kind: str, facts: Mapping[str, Any]) -> Step:
        frame = event_frame(kind, facts, stream=self.name, seq=self.position.seq + 1)
        self._events.add(self.position.seq + 1, frame)
        return self._step(lambda _interest, _place: [frame], spends=1)

    def resumed(self, *, last_seq: int | None, name: str | None, before: Position = START) -> Position:
        """Return the position of a client that had `last_seq` of a stream; that before a snapshot where this is not
        known here.  `before` is where its socket stands."""
        if last_seq is None or name != self.name or not self._whole_since <= last_seq <= self.position.seq:
            return before.from_a_snapshot()
        return Position(last_seq, NO_LIVE_YET)

    def since(self, position: Position, interest: Interest) -> Portion:
        """Return the next frames of a socket that stands at `position`; repeat until it stands at the stream's own."""
        known = self._portions.get((position, interest))
        if known is not None:
            return known
        frames, end = self._frames_since(position, interest)
        portion = Portion(Parcel(frames) if frames else None, end)
        if len(self._portions) < MOST_SHARED_PORTIONS:
            self._portions[position, interest] = portion
        return portion

    def _frames_since(self, position: Position, interest: Interest) -> tuple[list[bytes], Position]:
        if position.seq < self._whole_since:
            return self.snapshot(interest) + self._missed(position.from_a_snapshot().told), self.position
        changed = [item for item in self._memory.stored_after(position.seq) if interest.wants(item[1]["symbol"])]
        waiting = in_order(changed, self._events.after(position.seq))
        taken = waiting[:MOST_AT_ONCE]
        is_all = len(taken) == len(waiting)
        end = self.position if is_all else Position(taken[-1][0], position.live)
        frames = self._lost_events(position)
        frames += frames_of(taken, interest, Place(self.name, prev=position.seq, seq=end.seq))
        if is_all:
            frames += self._live_frames(self._memory.live_after(position.live), interest, end.seq)
        if not frames and position.live == NO_LIVE_YET:
            frames = risk_frames([], interest, Place(self.name, prev=end.seq, seq=end.seq))
        return frames, end

    def snapshot(self, interest: Interest) -> list[bytes]:
        unknown = [symbol for symbol in interest.symbols or () if not self._memory.knows(symbol)]
        place = Place(self.name, prev=self.position.seq, seq=self.position.seq)
        return snapshot_frames(self._memory.newest(live=interest.live), interest, place, unknown=unknown)

    def heartbeat(self, facts: Mapping[str, Any], *, seq: int) -> bytes:
        """Return a heartbeat for a socket that has had the numbers up to `seq`."""
        return event_frame("heartbeat", {**facts, "head_seq": self.position.seq}, stream=self.name, seq=seq)

    def _step(self, frames: Callable[[Interest, Place], list[bytes]], *, spends: int) -> Step:
        before = self.position
        self._move_to(Position(before.seq + spends, before.live))
        place = Place(self.name, prev=before.seq, seq=self.position.seq)
        return Step(before, self.position, lambda interest: frames(interest, place))

    def _move_to(self, position: Position) -> None:
        self.position = position
        self._portions.clear()

    def _live_frames(self, values: Sequence[Numbered], interest: Interest, seq: int) -> list[bytes]:
        repeated = [(seq, record) for _, record in values]
        return risk_frames(repeated, interest, Place(self.name, prev=seq, seq=seq), live=True)

    def _lost_events(self, position: Position) -> list[bytes]:
        if self._events.lost_through <= position.seq:
            return []
        return [self._gap(since=position.seq, seq=position.seq)]

    def _missed(self, told: int) -> list[bytes]:
        """Say that a snapshot passes over events that a socket which was here has not had."""
        is_known = told >= max(self._whole_since, self._events.lost_through) and not self._events.after(told)
        return [] if told < 0 or is_known else [self._gap(since=told, seq=self.position.seq)]

    def _gap(self, *, since: int, seq: int) -> bytes:
        return gap_frame(since=since, read=self._alerts_address, stream=self.name, seq=seq)
