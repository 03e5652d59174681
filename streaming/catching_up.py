"""The frames that bring a socket from a number it had to a later one.  Pure."""

from collections.abc import Iterable, Sequence

from streaming.frames import Interest, Numbered, Place, Record, risk_frames, update_frame

Waiting = tuple[int, Record | bytes]  # a record, or the encoded frame of an event, with its number

MOST_AT_ONCE = 200  # so that a socket far behind gets its backlog in pieces, as it takes them


def in_order(records: Iterable[Numbered], events: Iterable[tuple[int, bytes]]) -> list[Waiting]:
    """Return what waits for a socket, oldest number first."""
    waiting: list[Waiting] = [*records, *events]
    return sorted(waiting, key=lambda numbered: numbered[0])


def frames_of(waiting: Sequence[Waiting], interest: Interest, place: Place) -> list[bytes]:
    """Return the frames for what waits, which covers the numbers after `place.prev` up to `place.seq`."""
    return _batched(waiting, place) if interest.batch else _one_by_one(waiting, place.stream)


def _one_by_one(waiting: Sequence[Waiting], stream: str) -> list[bytes]:
    return [
        thing if isinstance(thing, bytes) else update_frame(thing, stream=stream, seq=number)
        for number, thing in waiting
    ]


def _batched(waiting: Sequence[Waiting], place: Place) -> list[bytes]:
    """Batches between the events, each up to the number before the next: the client sees no gap, and may break off."""
    frames: list[bytes] = []
    records: list[Numbered] = []
    prev = place.prev
    for number, thing in waiting:
        if not isinstance(thing, bytes):
            records.append((number, thing))
            continue
        if number - 1 > prev:
            frames.append(_batch(records, Place(place.stream, prev=prev, seq=number - 1)))
            records = []
        frames.append(thing)
        prev = number
    if place.seq > prev:
        frames.append(_batch(records, Place(place.stream, prev=prev, seq=place.seq)))
    return frames


def _batch(records: Sequence[Numbered], place: Place) -> bytes:
    [frame] = risk_frames(records, Interest(batch=True), place)
    return frame
