"""How a batch of ticks is split between partitions: against a loop over its ticks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.quant.ticks import blank_ticks
from streaming.assignment import Assignment

THREE = Assignment.of({0: [1, 2, 5], 2: [3, 11], 7: [4, 9, 12]}, {11: 1, 12: 1})


def ticks_of(instruments: list[int]) -> NDArray[np.void]:
    ticks = blank_ticks(len(instruments))
    ticks["instrument"] = instruments
    ticks["last_price"] = np.arange(len(instruments)) + 100.0
    return ticks


def by_hand(instruments: list[int]) -> dict[int, list[tuple[int, float]]]:
    """Each partition's (instrument, price), one tick at a time."""
    found: dict[int, list[tuple[int, float]]] = {place: [] for place in THREE.members}
    copies = {
        (place, THREE.copies[pk]): pk for place, those in THREE.members.items() for pk in those if pk in THREE.copies
    }
    for at, pk in enumerate(instruments):
        for place, those in THREE.members.items():
            if pk in those and pk not in THREE.copies:
                found[place].append((pk, 100.0 + at))
            elif (place, pk) in copies:
                found[place].append((copies[place, pk], 100.0 + at))
    return found


@given(st.lists(st.integers(0, 30)))
def test_every_tick_goes_where_its_instrument_and_its_copies_are(instruments: list[int]) -> None:
    parts, known = THREE.split(ticks_of(instruments)), by_hand(instruments)

    assert {
        place: list(zip(part.ticks["instrument"].tolist(), part.ticks["last_price"].tolist(), strict=True))
        for place, part in parts.items()
    } == known


@given(st.lists(st.sampled_from([1, 2, 3, 4, 5, 9])))
def test_a_partition_knows_whether_others_have_ticks_of_their_own(instruments: list[int]) -> None:
    homes = {1: 0, 2: 0, 5: 0, 3: 2, 4: 7, 9: 7}
    for place, part in THREE.split(ticks_of(instruments)).items():
        assert part.elsewhere == any(homes[pk] != place for pk in instruments)


def test_a_single_partition_takes_the_batch_as_it_is() -> None:
    ticks = ticks_of([1, 2])

    assert Assignment.of({0: [1, 2]}, {}).split(ticks)[0].ticks is ticks


def test_what_is_stored_is_read_back() -> None:
    assert Assignment.read(THREE.stored()) == THREE


@pytest.mark.parametrize("members", [{}, {0: [1], 1: [1]}])
def test_nobody_is_in_two_partitions_and_there_is_one(members: dict[int, list[int]]) -> None:
    with pytest.raises(ValueError, match="each instrument must be in one partition"):
        Assignment.of(members, {})
