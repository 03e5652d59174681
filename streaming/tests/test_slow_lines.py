"""What a socket that does not take its frames gets when it takes them again."""

from typing import Any

import pytest

from streaming import recent_events
from streaming.frames import Interest, Parcel
from streaming.stream import Step, Stream
from streaming.tests.sockets import record
from streaming.tests.stream_clients import Listening


@pytest.fixture
def stream() -> Stream:
    made = Stream("s", alerts_address="/api/v1/alerts/")
    made.load([record("NIFTY", number=1), record("TCS", number=2)])
    return made


def slow(stream: Stream) -> Listening:
    """Return a client that has the snapshot and then takes nothing."""
    listening = Listening(stream, Interest(batch=True))
    listening.read()
    listening.wire.room = 0
    return listening


def send(listening: Listening, step: Step) -> None:
    frames = step.frames_for(listening.line.interest)
    if not listening.line.take(step, Parcel(frames)):
        listening.catch_up()


def taken(listening: Listening) -> list[dict[str, Any]]:
    listening.wire.open()
    return listening.read()


def test_it_skips_to_the_newest_record_of_each_symbol(stream: Stream) -> None:
    listening = slow(stream)
    for number in range(10, 60):
        send(listening, stream.stored([record("NIFTY", number=number)]))

    frames = taken(listening)

    assert [(frame["type"], [each["id"] for each in frame["data"]]) for frame in frames] == [("risk_batch", [59])]


def test_it_has_every_alert_that_is_kept(stream: Stream) -> None:
    listening = slow(stream)
    for number in range(5):
        send(listening, stream.event("alert", {"id": number}))

    assert [frame["data"]["id"] for frame in taken(listening)] == [0, 1, 2, 3, 4]


def test_it_is_told_of_alerts_that_are_kept_no_longer(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_events, "MOST_EVENTS", 3)
    listening = slow(stream)
    for number in range(5):
        send(listening, stream.event("alert", {"id": number}))

    gap, *rest = taken(listening)

    assert (gap["type"], gap["data"]["since"], gap["data"]["read"]) == ("gap", 0, "/api/v1/alerts/")
    assert [frame["data"]["id"] for frame in rest if frame["type"] == "alert"] == [2, 3, 4]


@pytest.mark.parametrize("times", [1, 2])
def test_it_is_told_of_alerts_that_a_new_subscription_passes_over(stream: Stream, times: int) -> None:
    listening = slow(stream)
    send(listening, stream.event("alert", {"id": 0}))
    for _ in range(times):
        position = stream.resumed(last_seq=None, name=None, before=listening.line.position)
        listening.line.position = position

    assert [frame["type"] for frame in taken(listening)] == ["snapshot", "gap"]


def test_a_new_subscription_that_passes_over_nothing_says_nothing_of_it(stream: Stream) -> None:
    listening = slow(stream)
    listening.line.position = stream.resumed(last_seq=None, name=None, before=listening.line.position)

    assert [frame["type"] for frame in taken(listening)] == ["snapshot"]
