"""The law of the stream: the first snapshot and every message since make the newest snapshot.

Whatever is published, whoever is slow, comes back, or asks for something else, and whatever the hub itself missed.
"""

import json
from itertools import count
from unittest.mock import patch

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from streaming import recent_events, stream
from streaming.frames import Interest, Parcel
from streaming.stream import Step, Stream
from streaming.tests.sockets import record
from streaming.tests.stream_clients import Listening

SYMBOLS = ("NIFTY", "M&M", "TCS", "INFY")
PEOPLE = 3
people = st.integers(0, PEOPLE - 1)
symbols = st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=4, unique=True)
interests = st.builds(
    Interest,
    symbols=st.none() | st.frozensets(st.sampled_from((*SYMBOLS, "ATLANTIS")), max_size=3),
    batch=st.booleans(),
    live=st.booleans(),
)


class TheLaw(RuleBasedStateMachine):
    """Small bounds, so that a few steps reach beyond them."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = [patch.object(recent_events, "MOST_EVENTS", 3), patch.object(stream, "MOST_AT_ONCE", 2)]
        for each in self.patches:
            each.start()
        self.ids = count(100)
        self.events: list[int] = []  # the numbers of alerts and configurations

    def teardown(self) -> None:
        for each in self.patches:
            each.stop()

    @initialize(wishes=st.lists(interests, min_size=PEOPLE, max_size=PEOPLE), known=symbols)
    def begin(self, wishes: list[Interest], known: list[str]) -> None:
        self.stream = Stream("s", alerts_address="/api/v1/alerts/")
        self.stream.load([record(symbol, number=next(self.ids)) for symbol in known])
        self.people = [Listening(self.stream, wish) for wish in wishes]
        self.joined_at = [0] * PEOPLE

    @rule(which=symbols, is_stale=st.booleans())
    def stored(self, which: list[str], is_stale: bool) -> None:
        self.spread(self.stream.stored([record(symbol, number=1 if is_stale else next(self.ids)) for symbol in which]))

    @rule(which=symbols, price=st.integers(1, 10**6))
    def live(self, which: list[str], price: int) -> None:
        self.spread(self.stream.live([record(symbol, id=None, live=True, price=price) for symbol in which]))

    @rule(kind=st.sampled_from(["alert", "config"]))
    def something_happens(self, kind: str) -> None:
        step = self.stream.event(kind, {"id": len(self.events)})
        self.events.append(step.after.seq)
        self.spread(step)

    @rule(which=symbols)
    def messages_were_missed(self, which: list[str]) -> None:
        self.stream.reread([record(symbol, number=next(self.ids)) for symbol in which])
        for person in self.people:
            person.catch_up()

    @rule()
    def heartbeat(self) -> None:
        for person in self.people:
            person.line.is_beat_due = True
            person.catch_up()

    @rule(who=people, room=st.integers(0, 2))
    def become_slow(self, who: int, room: int) -> None:
        wire = self.people[who].wire
        wire.room = min(wire.room, room)

    @rule(who=people, room=st.integers(1, 2))
    def drain_a_little(self, who: int, room: int) -> None:
        self.people[who].wire.open(room)

    @rule(who=people)
    def drain(self, who: int) -> None:
        self.people[who].wire.open()

    @rule(who=people, wish=interests)
    def ask_for_something_else(self, who: int, wish: Interest) -> None:
        person = self.people[who]
        person.read()
        person.client.values = {}  # what the new interest leaves out is of no more use
        person.line.interest = wish
        person.client.seq = None  # and it begins with a snapshot
        person.line.position = self.stream.resumed(last_seq=None, name=None, before=person.line.position)
        person.catch_up()

    @rule(who=people, name=st.sampled_from(["s", "another"]))
    def come_back(self, who: int, name: str) -> None:
        old = self.people[who]
        old.read()
        new = Listening(self.stream, old.line.interest, room=0)
        new.client = old.client
        new.line.position = self.stream.resumed(last_seq=old.client.seq, name=name)
        self.people[who] = new
        if new.line.position == stream.START:
            new.client.seq = None  # the numbers it had count for nothing until it is answered
            self.joined_at[who] = self.stream.position.seq  # what was before is read by REST
        new.wire.open()

    @invariant()
    def clients_see_no_gap(self) -> None:
        for person in getattr(self, "people", ()):
            person.read()

    @invariant()
    def the_snapshot_and_the_messages_make_the_newest_snapshot(self) -> None:
        for person in getattr(self, "people", ()):
            if person.wire.ready:
                assert person.client.values == self.newest(person.line.interest)

    @invariant()
    def no_alert_and_no_configuration_is_lost_in_silence(self) -> None:
        for person, since in zip(getattr(self, "people", ()), getattr(self, "joined_at", ()), strict=True):
            if not person.wire.ready:
                continue
            seen, told = person.client.events, person.client.told_missing_since
            assert len(seen) == len(set(seen)), "one came twice"
            missing = [number for number in self.events if number > since and number not in seen]
            assert all(any(number > gap for gap in told) for number in missing)

    def newest(self, interest: Interest) -> dict[str, object]:
        frames = [json.loads(frame) for frame in self.stream.snapshot(interest)]
        records = [each for frame in frames for each in (frame["data"] if interest.batch else [frame["data"]])]
        return {each["symbol"]: each for each in records}

    def spread(self, step: Step) -> None:
        for person in self.people:
            frames = step.frames_for(person.line.interest)
            if not person.line.take(step, Parcel(frames) if frames else None):
                person.catch_up()


TestTheLaw = TheLaw.TestCase
TestTheLaw.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
