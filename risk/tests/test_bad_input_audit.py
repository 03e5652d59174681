"""Every public name of `risk.quant` states what it does with bad input, and is seen to do it."""

import inspect
from collections import Counter

import pytest

from risk.tests.bad_inputs.demands import missing_of
from risk.tests.bad_inputs.docstrings import documentation, raises_itself
from risk.tests.bad_inputs.names import public_names
from risk.tests.bad_inputs.registry import ENTRIES, LISTED
from risk.tests.bad_inputs.spec import NUMBERS, Case, Entry, Kind, Refused
from risk.tests.bad_inputs.trying import (
    assert_case,
    assert_empty,
    assert_ordinary,
    assert_refused,
    assert_shapes_refused,
    assert_unknown,
)

NAMES = sorted(public_names())
KNOWN = [name for name in NAMES if name in ENTRIES]
ASSERTIONS = {"R": assert_refused, "N": assert_unknown, "O": assert_ordinary}
TRIALS = [
    pytest.param(entry, argument, kind, letter, id=f"{entry.name}-{argument}-{kind}")
    for entry in ENTRIES.values()
    for argument, letters in entry.numbers.items()
    for kind, letter in zip(NUMBERS, letters, strict=True)
    if letter in ASSERTIONS
]
CASES = [
    pytest.param(case, id=f"{entry.name}-case{number}-{case.kind}")
    for entry in ENTRIES.values()
    for number, case in enumerate(entry.cases)
]


def refuses(entry: Entry) -> bool:
    """Say whether the registry holds a ValueError that the name must raise."""
    letters = "".join((*entry.numbers.values(), entry.shapes, entry.empty))
    explicit = (case.outcome for case in entry.cases)
    return "R" in letters or any(isinstance(one, Refused) and issubclass(one.error, ValueError) for one in explicit)


def test_the_registry_lists_every_public_name_once_and_nothing_else() -> None:
    assert sorted(set(NAMES) - set(ENTRIES)) == [], "public, but without an entry"
    assert sorted(set(ENTRIES) - set(NAMES)) == [], "listed, but no public name"
    assert [name for name, count in Counter(entry.name for entry in LISTED).items() if count > 1] == [], "listed twice"


@pytest.mark.parametrize("name", KNOWN)
def test_the_entry_answers_for_every_kind_of_bad_input(name: str) -> None:
    assert missing_of(ENTRIES[name], ENTRIES) == []


@pytest.mark.parametrize(("entry", "argument", "kind", "letter"), TRIALS)
def test_a_bad_number_has_its_stated_outcome(entry: Entry, argument: str, kind: Kind, letter: str) -> None:
    ASSERTIONS[letter](entry, argument, kind)


@pytest.mark.parametrize("name", [name for name in KNOWN if ENTRIES[name].shapes])
def test_arrays_of_different_lengths_are_refused(name: str) -> None:
    assert_shapes_refused(ENTRIES[name])


@pytest.mark.parametrize("name", [name for name in KNOWN if ENTRIES[name].empty])
def test_arrays_without_elements_have_their_stated_outcome(name: str) -> None:
    assert_empty(ENTRIES[name])


@pytest.mark.parametrize("case", CASES)
def test_a_bad_argument_has_its_stated_outcome(case: Case) -> None:
    assert_case(case)


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_documented(name: str) -> None:
    assert documentation(name)


@pytest.mark.parametrize("name", [name for name in KNOWN if refuses(ENTRIES[name])])
def test_what_refuses_says_so(name: str) -> None:
    assert "Raises" in documentation(name)


@pytest.mark.parametrize("name", [name for name in KNOWN if "Raises ValueError" in documentation(name)])
def test_what_says_that_it_refuses_does(name: str) -> None:
    assert refuses(ENTRIES[name]), "the docstring promises a ValueError that no case of the registry sees"


@pytest.mark.parametrize("name", [name for name in NAMES if raises_itself(name)])
def test_what_raises_in_its_own_code_or_by_a_guard_says_so(name: str) -> None:
    assert "Raises" in documentation(name)


def test_the_checks_are_not_empty() -> None:
    assert len(NAMES) > 300
    assert len(TRIALS) + len(CASES) > 700
    assert sum(raises_itself(name) for name in NAMES) > 100
    assert inspect.isfunction(public_names()["black76.price"])
