"""Many lines decoded together and laid out by columns: the quick way for lines that are as they should be."""

from collections.abc import Sequence
from typing import Final, Self

import numpy as np
import orjson
from numpy.typing import NDArray

from streaming.feeds.json_line import FIELDS, LONGEST_LINE

Object = dict[str, object]
_JOINT: Final = b"\n,\n"  # a raw newline cannot stand inside a JSON string
_INT64: Final = 2.0**63  # larger whole numbers are told from floats only by reading a line by itself


class LineColumns:
    """The fields of some lines; `is_flat` [N]: it holds known fields only, each once, and no text but the symbol."""

    def __init__(self, objects: list[Object], lines: Sequence[bytes]) -> None:
        self._objects = objects
        self._columns = _uniform_columns(objects)
        # A key that came twice, an escape or a second text leaves more quotation marks in the line than the object has.
        counted = np.array([line.count(b'"') for line in lines], dtype=np.int64)
        fields = np.array(list(map(len, objects)), dtype=np.int64)
        known = np.array(list(map(FIELDS.issuperset, objects)), dtype=np.bool_)
        short = np.array(list(map(len, lines)), dtype=np.int64) <= LONGEST_LINE
        self.is_flat: NDArray[np.bool_] = known & short & (counted == 2 * fields + 2)

    @classmethod
    def of(cls, lines: Sequence[bytes]) -> Self:
        """Decode the lines; one that cannot be read in passing has no fields and is not flat."""
        return cls(_decoded(lines), lines)

    def texts(self, name: str) -> list[str]:
        """Return a field's texts, "" where it holds none."""
        values = self._values(name, None)
        if set(map(type, values)) == {str}:
            return values  # type: ignore[return-value]  # all of them are
        return [value if isinstance(value, str) else "" for value in values]

    def integers(self, name: str) -> NDArray[np.int64]:
        """Return a field's whole numbers, 0 where it holds none or one beyond 64 bits."""
        values = [value if type(value) is int else 0 for value in self._values(name, 0)]
        try:
            return np.array(values, dtype=np.int64)
        except OverflowError:
            return np.array([value if value < _INT64 else 0 for value in values], dtype=np.int64)

    def numbers(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
        """Return a field's numbers, NaN where it was not sent, and which are sound; None when no line has it."""
        if self._columns is not None and name not in self._columns:
            return None
        values = self._values(name, np.nan)
        if {float, int}.issuperset(map(type, values)):
            found = np.array(values, dtype=np.float64)
            return found, ~(np.abs(found) >= _INT64)
        sound = [type(value) is float or type(value) is int for value in values]
        found = np.array([v if fits else np.nan for v, fits in zip(values, sound, strict=True)], dtype=np.float64)
        return found, np.array(sound, dtype=np.bool_) & ~(np.abs(found) >= _INT64)

    def _values(self, name: str, missing: object) -> Sequence[object]:
        if self._columns is not None:
            return self._columns.get(name) or (missing,) * len(self._objects)
        return [found.get(name, missing) for found in self._objects]


def _uniform_columns(objects: list[Object]) -> dict[str, tuple[object, ...]] | None:
    """Return the columns of objects that have the same fields in the same order, as a program's lines do; else None."""
    shapes = set(map(tuple, objects))
    if len(shapes) != 1:
        return None
    (names,) = shapes
    return dict(zip(names, zip(*(found.values() for found in objects), strict=True), strict=True))


def _decoded(lines: Sequence[bytes]) -> list[Object]:
    """Return what stands in each line.

    Lines are decoded together where each begins an object and none holds an array: then no object spans two lines, and
    as many objects as lines means one in each.
    """
    together = _JOINT.join(lines)
    if b"[" not in together and all(line.startswith(b"{") for line in lines):
        try:
            found: list[Object] = orjson.loads(b"[" + together + b"]")
        except orjson.JSONDecodeError:
            found = []
        if len(found) == len(lines):
            return found
    return [_decoded_alone(line) for line in lines]


def _decoded_alone(line: bytes) -> Object:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
