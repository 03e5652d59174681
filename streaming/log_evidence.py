"""Whether a tick log is the one that was folded, judged by what it says of itself.  Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple, cast

from streaming.tick_entries import log_time_of, parse_id

NOWHERE: Final = "0-0"


class Anchor(NamedTuple):
    """How far a partition was folded: the last entry's position and log time (microseconds UTC)."""

    position: str
    log_time: int


class Place(NamedTuple):
    """What a partition holds at a position: the log time of the entry there; None where there is none.

    Only then are told the first entry that is kept (None: the stream is empty) and the last that ever was.
    """

    log_time: int | None
    first: str | None
    last: str


@dataclass(frozen=True)
class Evidence:
    """What a log says of itself at one moment; without an epoch it is empty."""

    epoch: str
    places: Mapping[int, Place]


class Standing(Enum):
    """How a log that was not replaced stands to what was folded of it."""

    WHOLE = "whole"
    BEHIND = "behind"  # the server lost its newest entries in a crash; their feed appends them again


@dataclass(frozen=True)
class Identity:
    """Which log is the platform's; `accepted` are positions behind which a new log was begun: it holds nothing before.

    The entries up to there are in no log.
    """

    epoch: str
    accepted: Mapping[int, str]


def told(positions: Mapping[int, str], answer: object) -> Evidence:
    """Return the evidence in the server's answer for these positions."""
    epoch, *places = cast("tuple[bytes, *tuple[list[bytes], ...]]", answer)
    found = {partition: _place(*one) for partition, one in zip(positions, places, strict=True)}
    return Evidence(epoch.decode(), found)


def judge(
    evidence: Evidence,
    identity: Identity,
    anchors: Mapping[int, Anchor],
    *,
    is_trimmed_at: Callable[[int, str], bool],
) -> Standing | str:
    """Return how the log stands, or in a sentence why it is another one.

    `is_trimmed_at` says whether a partition's log may begin right behind a position.
    """
    if evidence.epoch != identity.epoch:
        has = f"the epoch {evidence.epoch}" if evidence.epoch else "no epoch"
        return f"the tick log has {has}, not {identity.epoch}"
    standings = [
        _judge_place(partition, evidence.places[partition], anchor, is_trimmed_at)
        for partition, anchor in anchors.items()
        if anchor.position != identity.accepted.get(partition) and parse_id(anchor.position)[1] > 0
    ]
    sentences = [one for one in standings if isinstance(one, str)]
    if sentences:
        return sentences[0]
    return Standing.BEHIND if Standing.BEHIND in standings else Standing.WHOLE


def _place(head: bytes, first: bytes, last: bytes) -> Place:
    return Place(log_time_of(head) if head else None, first.decode() or None, last.decode())


def _judge_place(
    partition: int, place: Place, anchor: Anchor, is_trimmed_at: Callable[[int, str], bool]
) -> Standing | str:
    where = f"entry {anchor.position} of partition {partition}"
    if place.log_time is not None:
        is_same = place.log_time == anchor.log_time
        return Standing.WHOLE if is_same else f"{where} is another than the one that was folded"
    at = parse_id(anchor.position)
    if parse_id(place.last) < at:
        return Standing.BEHIND
    if place.first is None or at < parse_id(place.first):
        if is_trimmed_at(partition, anchor.position):
            return Standing.WHOLE
        return f"{where} is not kept and was not trimmed"
    return f"{where} was folded and is gone; entries behind it are there"
