"""Which kinds of bad input a public name must answer for, by its arguments."""

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from risk.tests.bad_inputs.names import arrays_of, checks_itself, is_protocol, numbers_of, owner_of, parameters
from risk.tests.bad_inputs.spec import NUMBERS, Entry, Kind, Why

KINDS: Final = get_args(Kind)


def missing_of(entry: Entry, entries: Mapping[str, Entry]) -> list[str]:
    """Return what the entry does not answer for, in words; nothing when it is complete."""
    if entry.why is not None:
        return [] if _holds(entry, entries) else [f"the reason does not hold: {entry.why} {entry.by}"]
    refused = [] if Why.REFUSED_BY not in entry.skips.values() or _refuses(entry, entries) else ["nobody refuses"]
    return [*refused, *_numbers(entry), *_others(entry)]


def _refuses(entry: Entry, entries: Mapping[str, Entry]) -> bool:
    """Say whether the name that is said to refuse bad arguments has cases of its own."""
    other = entries.get(entry.by)
    return other is not None and other.why is None


def _holds(entry: Entry, entries: Mapping[str, Entry]) -> bool:
    """Say whether the reason for having no cases is true, as far as the signature and the registry tell."""
    if entry.cases or entry.numbers or entry.shapes or entry.empty:
        return False
    if entry.why is Why.TAKES_NOTHING:
        return not parameters(entry.name)
    if entry.why is Why.RECORD:
        return not checks_itself(entry.name)
    if entry.why is Why.DECLARES:
        return is_protocol(owner_of(entry.name))
    if entry.why is Why.ONLY_RECORDS:
        return not numbers_of(entry.name) and not arrays_of(entry.name) and not _texts(entry.name)
    if entry.why is Why.REFUSED_BY:
        return _refuses(entry, entries)
    return False


def _numbers(entry: Entry) -> Iterator[str]:
    for argument, kind in numbers_of(entry.name).items():
        letters = entry.numbers.get(argument, "")
        if argument in entry.skips:
            continue
        if len(letters) != len(NUMBERS):
            yield f"{argument} has no letters"
        elif ("-" in letters) != kind.startswith("whole"):
            yield f"{argument} is a {kind}, its letters are {letters}"
        for number, letter in zip(NUMBERS, letters, strict=False):
            if letter == "." and not any(case.of == argument and case.kind == number for case in entry.cases):
                yield f"{argument} has no case of {number}"
    for key in entry.skips:
        if key not in (*KINDS, *parameters(entry.name)):
            yield f"{key} is neither a kind nor an argument"
    yield from (f"{argument} is no numeric argument" for argument in set(entry.numbers) - set(numbers_of(entry.name)))


def _others(entry: Entry) -> Iterator[str]:
    kinds = {case.kind for case in entry.cases} | set(entry.skips)
    arrays, names = arrays_of(entry.name), set(parameters(entry.name))
    if len(arrays) > 1 and not entry.shapes and "shapes" not in kinds:
        yield "no case of arrays of different lengths"
    if arrays and not entry.empty and "empty" not in kinds:
        yield "no case of arrays without elements"
    if {"bid", "ask"} <= names and "crossed" not in kinds:
        yield "no case of a crossed book"
    if any("Literal" in written for written in parameters(entry.name).values()) and "word" not in kinds:
        yield "no case of an unknown word"
    for kind in _texts(entry.name):
        if kind not in kinds:
            yield f"no case of {kind}"
    if not entry.cases and not entry.numbers and not entry.skips:
        yield "no case at all"


def _texts(name: str) -> list[str]:
    """Return `bytes` and `rows` where a name takes encoded bytes or structured rows."""
    written = " ".join(parameters(name).values())
    kinds = {"bytes": "bytes]" in written or "<class 'bytes'>" in written, "rows": "numpy.void" in written}
    return [kind for kind, asked in kinds.items() if asked]
