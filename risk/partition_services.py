"""The only writer of who belongs to which partition, and of the copies of the index that others are compared with."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from audit import services as audit
from risk.models import Instrument, InstrumentProfile, Lineage
from risk.services import MARKET_INDEX

FEED: Final = "feed"  # the actor: partitions change when a feed begins


@dataclass(frozen=True)
class Members:
    """The active instruments of each partition, copies included, ascending; and of which instrument each is a copy."""

    of: Mapping[int, list[int]]
    copies: Mapping[int, int]


@transaction.atomic
def spread(partitions: int) -> Members:
    """Spread the active instruments over as many partitions, and return who is where; a change is audited.

    Who already belongs to one of them stays where that keeps the numbers even.  Safe to call again.
    """
    instruments = list(Instrument.objects.select_for_update().filter(is_active=True).order_by("id"))
    moved = _spread_evenly(instruments, partitions)
    Instrument.objects.bulk_update(moved, ["partition"])
    added = _copy_index(sorted({one.partition for one in instruments}))
    if moved or added:
        detail = {"partitions": partitions, "moved": {one.symbol: one.partition for one in moved}, "copies": added}
        audit.record(action="partitions_changed", actor_name=FEED, object_type="partition", detail=detail)
    return members()


def members() -> Members:
    """Return who is where now."""
    active = Instrument.objects.filter(is_active=True).order_by("id")
    found: dict[int, list[int]] = {}
    for pk, partition in active.values_list("pk", "partition"):
        found.setdefault(partition, []).append(pk)
    copies = Instrument.with_copies.filter(copy_of__is_active=True, partition__in=found).order_by("id")
    originals: dict[int, int] = {}
    for pk, partition, original in copies.values_list("pk", "partition", "copy_of"):
        if original is not None and original not in found[partition]:
            found[partition].append(pk)
            originals[pk] = original
    return Members({partition: sorted(found[partition]) for partition in sorted(found)}, originals)


def copy_past(*, lineage: Lineage | str, session: int) -> None:
    """Give each copy what its original had learnt at the end of `session`, where it lacks it."""
    rows = InstrumentProfile.objects.filter(lineage=lineage, session=session)
    copies = Instrument.with_copies.exclude(copy_of=None).exclude(pk__in=rows.values("instrument"))
    originals = dict(copies.values_list("pk", "copy_of"))
    learnt = {row.instrument_id: row for row in rows.filter(instrument__in=set(originals.values()))}
    InstrumentProfile.objects.bulk_create(
        InstrumentProfile(
            lineage=lineage,
            instrument_id=copy,
            session=session,
            engine_version=learnt[original].engine_version,
            payload=learnt[original].payload,
            feature_past=learnt[original].feature_past,
        )
        for copy, original in originals.items()
        if original in learnt
    )


def _spread_evenly(instruments: list[Instrument], partitions: int) -> list[Instrument]:
    """Give a place to each that has none, or whose partition holds more than its share; return those that moved."""
    most, held, moved = -(-len(instruments) // partitions), Counter[int](), []
    homeless = []
    for one in instruments:
        if one.partition < partitions and held[one.partition] < most:
            held[one.partition] += 1
        else:
            homeless.append(one)
    for one in homeless:
        one.partition = min(range(partitions), key=lambda place: (held[place], place))
        held[one.partition] += 1
        moved.append(one)
    return moved


def _copy_index(partitions: list[int]) -> list[str]:
    """See to it that every other partition has a copy of the index; return the symbols of new copies."""
    index = Instrument.objects.filter(symbol=MARKET_INDEX, is_active=True).first()
    if index is None:
        return []
    have = set(Instrument.with_copies.filter(copy_of=index).values_list("partition", flat=True))
    made = [
        Instrument(
            symbol=f"{index.symbol}@{place}",
            name=index.name,
            exchange=index.exchange,
            kind=index.kind,
            partition=place,
            copy_of=index,
        )
        for place in partitions
        if place != index.partition and place not in have
    ]
    Instrument.with_copies.bulk_create(made)
    return [one.symbol for one in made]
