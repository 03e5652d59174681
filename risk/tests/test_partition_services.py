"""Who belongs to which partition, and the copies of the index in those that are not its own."""

from collections import Counter

import pytest

from audit.models import AuditEntry
from risk import partition_services as partitions
from risk import services
from risk.models import Instrument, InstrumentProfile

pytestmark = pytest.mark.django_db


def test_one_partition_has_everybody_and_no_copies() -> None:
    members = partitions.spread(1)

    assert list(members.of) == [0]
    assert len(members.of[0]) == Instrument.objects.count()
    assert not members.copies


@pytest.mark.parametrize("count", [2, 3, 7, 20])
def test_instruments_are_spread_evenly_and_the_index_is_copied(count: int) -> None:
    members = partitions.spread(count)

    own = {place: [pk for pk in those if pk not in members.copies] for place, those in members.of.items()}
    sizes = [len(those) for those in own.values()]
    index = Instrument.objects.get(symbol=services.MARKET_INDEX)
    assert sorted(pk for those in own.values() for pk in those) == list(Instrument.objects.values_list("pk", flat=True))
    assert len(sizes) == count
    assert max(sizes) - min(sizes) <= 1
    assert set(members.copies.values()) == {index.pk}
    assert len(members.copies) == count - 1
    for place, those in members.of.items():
        universe = services.universe_of(those)
        assert universe.market is not None
        assert (universe.instruments[universe.market] in members.copies) == (place != index.partition)


def test_spreading_again_moves_nobody_and_audits_nothing() -> None:
    first = partitions.spread(4)
    entries = AuditEntry.objects.count()

    assert partitions.spread(4) == first
    assert AuditEntry.objects.count() == entries


def test_growing_moves_only_who_has_to() -> None:
    before = {pk: place for place, those in partitions.spread(4).of.items() for pk in those}
    after = {pk: place for place, those in partitions.spread(5).of.items() for pk in those}

    moved = [pk for pk, place in before.items() if after.get(pk) != place]
    assert len(moved) == 4  # twenty instruments: four per partition, one from each


def test_who_is_not_active_has_no_place() -> None:
    gone = Instrument.objects.exclude(symbol="NIFTY").first()
    assert gone is not None
    Instrument.objects.filter(pk=gone.pk).update(is_active=False)

    members = partitions.spread(2)

    assert gone.pk not in {pk for those in members.of.values() for pk in those}


def test_a_change_is_audited_with_who_moved() -> None:
    partitions.spread(2)

    entry = AuditEntry.objects.filter(action="partitions_changed").get()
    assert entry.detail["partitions"] == 2
    assert set(entry.detail["moved"].values()) == {1}
    assert entry.detail["copies"] == ["NIFTY@1"]


def test_people_see_no_copies() -> None:
    before = Counter(Instrument.objects.values_list("symbol", flat=True))

    partitions.spread(4)

    assert Counter(Instrument.objects.values_list("symbol", flat=True)) == before
    assert "NIFTY@1" not in services.instrument_directory()
    assert Instrument.with_copies.count() == before.total() + 3


def test_a_copy_begins_with_what_its_original_had_learnt() -> None:
    partitions.spread(2)
    index = Instrument.objects.get(symbol="NIFTY")
    InstrumentProfile.objects.create(
        lineage="recorded", instrument=index, session=20210104, engine_version="x", payload=b"p", feature_past=b"f"
    )

    for _ in range(2):
        partitions.copy_past(lineage="recorded", session=20210104)

    copy = InstrumentProfile.objects.get(instrument=Instrument.with_copies.get(symbol="NIFTY@1"))
    assert (copy.session, bytes(copy.payload), bytes(copy.feature_past or b"")) == (20210104, b"p", b"f")
