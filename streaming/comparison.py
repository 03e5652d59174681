"""Two accounts of the same facts: counts, SHA-256 digests over them in the order of their keys, and what differs."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from streaming.facts import Fact, Key

KINDS: Final = ("records", "bars", "alerts", "audit")
SHOWN: Final = 1_000  # differences that are kept one by one


@dataclass
class Side:
    """The facts of one side: how many, and their digest so far."""

    count: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, rows: list[Fact], places: Mapping[int, int]) -> None:
        """Add facts; a run counts by its place among those compared, for its number is a primary key."""
        self.count += len(rows)
        for (run, *key), content in rows:
            self.digest.update(f"{places[run]}\t{key}\t{content}\n".encode())


@dataclass(frozen=True)
class Difference:
    """A key whose sides differ; None where a side does not have it."""

    key: Key
    folded: str | None
    stored: str | None


@dataclass
class Tally:
    """One kind of facts, as the log gives them and as the database has them."""

    folded: Side = field(default_factory=Side)
    stored: Side = field(default_factory=Side)
    differing: int = 0
    repeated: int = 0  # keys that are stored more than once
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return not self.differing and self.folded.digest.digest() == self.stored.digest.digest()

    def compare(self, folded: Iterable[Fact], stored: Iterable[Fact], places: Mapping[int, int]) -> None:
        """Hold the same stretch of both sides against each other; a key that is stored twice differs too."""
        expected, found = sorted(folded), sorted(stored)
        self.folded.add(expected, places)
        self.stored.add(found, places)
        if expected == found:
            return
        left, right = _by_key(expected), _by_key(found)
        self.repeated += len(found) - len(right)
        wrong = [key for key in sorted(left.keys() | right.keys()) if left.get(key) != right.get(key)]
        self.differing += len(wrong)
        room = SHOWN - len(self.differences)
        self.differences += [Difference(key, left.get(key), right.get(key)) for key in wrong[:room]]


@dataclass
class Comparison:
    """What was compared in one partition; `notes` say what could not be."""

    partition: int = 0
    entries: int = 0
    ticks: int = 0
    tallies: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    is_state_equal: bool | None = None  # the fold's own state, bit for bit; None where it was not compared
    notes: list[str] = field(default_factory=list)
    was_possible: bool = True

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs in what could be compared."""
        same = all(tally.is_equal for tally in self.tallies.values())
        return self.was_possible and same and self.is_state_equal is not False

    @property
    def records(self) -> int:
        return self.tallies["records"].stored.count

    @property
    def bars(self) -> int:
        return self.tallies["bars"].stored.count

    @property
    def alerts(self) -> int:
        return self.tallies["alerts"].stored.count

    def repeated(self, kind: str) -> int:
        """Return how many keys of this kind are stored more than once."""
        return self.tallies[kind].repeated

    @property
    def differences(self) -> list[Difference]:
        return [one for tally in self.tallies.values() for one in tally.differences]

    @property
    def different(self) -> list[Key]:
        """Keys that both sides have, with other content."""
        return [one.key for one in self.differences if None not in (one.folded, one.stored)]


def _by_key(rows: list[Fact]) -> dict[Key, str]:
    """Return contents by key; a key that comes twice has both."""
    found: dict[Key, str] = {}
    for key, content in rows:
        found[key] = f"{found[key]} AND AGAIN {content}" if key in found else content
    return found
