"""Calls a public name with bad arguments and says what came of it."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from risk.tests.bad_inputs.names import arrays_of, public_names
from risk.tests.bad_inputs.spec import NUMBERS, Case, Entry, Kind, Refused

CAME = {"nan": "nan", "infinite": "inf", "zero": "0", "negative": "-"}


def called(entry: Entry, changes: Mapping[str, object]) -> object:
    """Call the name with its good arguments, some of them changed."""
    arguments = deepcopy(dict(entry.good)) | dict(changes)
    places = [arguments.pop(name) for name in entry.positional]
    if entry.on is None:
        return public_names()[entry.name](*places, **arguments)
    return getattr(entry.on(), entry.name.rpartition(".")[2])(*places, **arguments)


def with_number(good: object, number: float) -> object:
    """Return the argument with the number in its place, of an array as its first element."""
    if not isinstance(good, np.ndarray | list | tuple):
        return int(number) if isinstance(good, int) and np.isfinite(number) else number
    changed = np.array(good)
    changed.flat[0] = number
    return changed


def longer(good: object) -> NDArray[np.void]:
    """Return the array with one more element along its last axis."""
    array = np.asarray(good)
    return np.concatenate((array, array[..., -1:]), axis=-1)


def emptied(entry: Entry) -> dict[str, object]:
    """Return every array argument without elements."""
    arrays = {name: np.asarray(entry.good[name]) for name in arrays_of(entry.name) if name in entry.good}
    return {name: array[..., :0] for name, array in arrays.items() if array.ndim}


def numbers_in(entry: Entry, result: object) -> NDArray[np.float64]:
    """Return the numbers of a result, flat: what `read` takes out of it, or all of it."""
    return _flat(result if entry.read is None else entry.read(result))


def _flat(result: object) -> NDArray[np.float64]:
    if is_dataclass(result):
        return _flat(tuple(getattr(result, field.name) for field in fields(result)))
    if isinstance(result, tuple | list):
        parts = [_flat(part) for part in result]
        return np.concatenate(parts) if parts else np.zeros(0)
    if isinstance(result, str) or result is None:
        return np.zeros(0)
    return np.ravel(np.asarray(result, dtype=np.float64))


def assert_refused(entry: Entry, argument: str, kind: Kind) -> None:
    """Demand a ValueError that names the argument and what came."""
    named = entry.says.get(argument, argument)
    with pytest.raises(ValueError, match=named) as caught:
        called(entry, {argument: with_number(entry.good[argument], NUMBERS[kind])})
    assert CAME[kind] in str(caught.value), f"the sentence must say that {CAME[kind]} came: {caught.value}"


def assert_unknown(entry: Entry, argument: str, kind: Kind) -> None:
    """Demand NaN where the bad element counts, and no change anywhere else."""
    before = numbers_in(entry, called(entry, {}))
    after = numbers_in(entry, called(entry, {argument: with_number(entry.good[argument], NUMBERS[kind])}))
    touched = np.isnan(after) & ~np.isnan(before)
    assert touched.any(), f"nothing became unknown: {after}"
    np.testing.assert_array_equal(after[~touched], before[~touched])
    assert before.size == 1 or not touched.all(), "a bad element made everything unknown"


def assert_ordinary(entry: Entry, argument: str, kind: Kind) -> None:
    """Demand that the value is taken as any other."""
    result = called(entry, {argument: with_number(entry.good[argument], NUMBERS[kind])})
    before = numbers_in(entry, called(entry, {}))
    assert np.isnan(numbers_in(entry, result)).sum() <= np.isnan(before).sum()


def assert_shapes_refused(entry: Entry) -> None:
    """Demand a ValueError that says how long the longer array was, or its shape, for every array made longer."""
    arrays = [name for name in arrays_of(entry.name) if np.ndim(np.asarray(entry.good.get(name))) > 0]
    for name in arrays or [name for name, value in entry.good.items() if isinstance(value, np.ndarray)]:
        changed = longer(entry.good[name])
        with pytest.raises(ValueError, match=str(changed.shape[-1])):
            called(entry, {name: changed})


def assert_empty(entry: Entry) -> None:
    """Demand a ValueError for R; for O a call that returns, and no number that was not there."""
    if entry.empty == "R":
        with pytest.raises(ValueError, match=r"\w") as caught:
            called(entry, emptied(entry))
        assert "quant" in str(caught.traceback[-1].path), "the sentence must be our own"
        return
    called(entry, emptied(entry))


def assert_case(case: Case) -> None:
    """Demand what an explicit case says."""
    if isinstance(case.outcome, Refused):
        with pytest.raises(case.outcome.error, match=case.outcome.match):
            case.call()
        return
    np.testing.assert_array_equal(_flat(case.call()), _flat(case.outcome.value))
