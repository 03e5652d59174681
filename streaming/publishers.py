"""How far each publisher has counted: a number left out is a message that was lost.  Pure."""

from collections.abc import Mapping


class Publishers:
    """`heads` are the numbers that publishers had noted when listening began; one that is not there is new."""

    def __init__(self, heads: Mapping[str, int]) -> None:
        self._counts = dict(heads)
        self._due: Mapping[str, int] = {}

    def sees_gap(self, publisher: str, number: int) -> bool:
        """Note a publisher's number and return whether messages before it were lost.

        Publishers count from 1.  One that had noted its number before its message went out may repeat it here.
        """
        before = self._counts.get(publisher, 0)
        self._counts[publisher] = max(number, before)
        return number > before + 1

    def misses_any(self, heads: Mapping[str, int]) -> bool:
        """Take the numbers that are noted now; return whether one that was noted at the last call is still not heard.

        So a loss is found although its publisher says nothing more.  Each is reported once.
        """
        missing = {name: number for name, number in self._due.items() if number > self._counts.get(name, 0)}
        self._counts.update(missing)
        self._due = heads
        return bool(missing)
