"""Is this the log that was folded? The judgement alone; `test_log_replaced.py` asks real servers."""

import pytest

from streaming.log_evidence import Anchor, Evidence, Identity, Place, Standing, judge

AT = Anchor("3-50", 1_000)
OURS = Identity("ours", {})


def judged(place: Place, *, epoch: str = "ours", identity: Identity = OURS, trimmed: str = "") -> Standing | str:
    return judge(
        Evidence(epoch, {0: place}), identity, {0: AT}, is_trimmed_at=lambda partition, position: position == trimmed
    )


def test_the_entry_that_was_folded_last_makes_it_the_same_log() -> None:
    assert judged(Place(1_000, None, "0-0")) is Standing.WHOLE


@pytest.mark.parametrize(("epoch", "sentence"), [("", "has no epoch, not ours"), ("theirs", "the epoch theirs")])
def test_another_epoch_is_another_log_whatever_it_holds(epoch: str, sentence: str) -> None:
    found = judged(Place(1_000, None, "0-0"), epoch=epoch)

    assert isinstance(found, str)
    assert sentence in found


def test_another_entry_in_its_place_is_another_log() -> None:
    found = judged(Place(1_001, None, "0-0"))

    assert found == "entry 3-50 of partition 0 is another than the one that was folded"


@pytest.mark.parametrize("last", ["3-49", "2-900", "0-0"])
def test_a_log_that_ends_before_it_may_be_appended_to_again(last: str) -> None:
    assert judged(Place(None, None if last == "0-0" else "1-1", last)) is Standing.BEHIND


@pytest.mark.parametrize("last", ["3-51", "4-1"])
def test_entries_behind_a_hole_are_another_log(last: str) -> None:
    found = judged(Place(None, "3-1", last))

    assert found == "entry 3-50 of partition 0 was folded and is gone; entries behind it are there"


@pytest.mark.parametrize("first", ["3-51", None])
def test_a_log_may_begin_behind_it_only_where_it_was_trimmed(first: str | None) -> None:
    place = Place(None, first, "3-60" if first else "3-50")

    assert judged(place, trimmed="3-50") is Standing.WHOLE
    assert judged(place, trimmed="3-40") == "entry 3-50 of partition 0 is not kept and was not trimmed"


def test_an_accepted_log_holds_nothing_of_before_and_everything_of_after() -> None:
    empty = Place(None, None, "0-0")

    assert judged(empty, identity=Identity("ours", {0: "3-50"})) is Standing.WHOLE
    assert judged(empty, identity=Identity("ours", {0: "3-49"})) is Standing.BEHIND


def test_before_the_first_entry_there_is_nothing_to_hold_it_against() -> None:
    evidence = Evidence("ours", {0: Place(None, "3-1", "3-9")})

    for position in ("0-0", "3-0"):
        found = judge(evidence, OURS, {0: Anchor(position, 0)}, is_trimmed_at=lambda *_: False)
        assert found is Standing.WHOLE


def test_one_partition_that_differs_is_enough() -> None:
    evidence = Evidence("ours", {0: Place(1_000, None, "0-0"), 1: Place(7, None, "0-0")})

    assert isinstance(judge(evidence, OURS, {0: AT, 1: AT}, is_trimmed_at=lambda *_: False), str)
