"""Rows in PostgreSQL's binary COPY format, made of whole columns at a time.  Pure.

Every row is laid out with room for the longest value of each column; the bytes that a value does not use are cut out of
all rows at once.  Format: https://www.postgresql.org/docs/current/sql-copy.html ("Binary Format"), numbers as the
`*recv` functions of their types read them.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
HEADER: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
TRAILER: Final = struct.pack(">h", -1)
_EPOCH_US: Final = 946_684_800_000_000  # PostgreSQL counts from 2000-01-01
_JSONB_VERSION: Final = b"\x01"
_NUMERIC_DIGITS: Final = 5  # of base 10,000: four before the point, one after it


class Column(NamedTuple):
    """Values of one column: their bytes [n, widest], and how many of them count [n], -1 for NULL."""

    values: Bytes
    lengths: NDArray[np.int32]


def integers(values: Any, *, size: int) -> Column:
    """Return a column of type smallint, integer or bigint: `size` is 2, 4 or 8 bytes."""
    return _fixed(np.asarray(values, dtype=f">i{size}"))


def floats(values: NDArray[np.float64]) -> Column:
    """Return a column of type double precision."""
    return _fixed(values.astype(">f8"))


def instants(values: NDArray[np.int64]) -> Column:
    """Return a column of type timestamptz of microseconds since 1970."""
    return _fixed((values - _EPOCH_US).astype(">i8"))


def money(values: NDArray[np.float64]) -> Column:
    """Return a column of type numeric, rounded to four decimals; NULL where the value is not finite.

    Raises ValueError for 10^14 and above: a column of 18 digits has no place for it.
    """
    known = np.isfinite(values)
    if np.any(np.abs(values[known]) >= 1e14):
        raise ValueError(f"prices must be below 1e14, was {values[known][np.argmax(np.abs(values[known]))]}")
    scaled = np.rint(np.where(known, values, 0.0) * 1e4).astype(np.int64)
    rest, fields = np.abs(scaled), np.empty((len(values), 4 + _NUMERIC_DIGITS), dtype=">i2")
    fields[:, :4] = [_NUMERIC_DIGITS, _NUMERIC_DIGITS - 2, 0, 4]  # digits, weight of the first, sign, decimals
    fields[:, 2] = np.where(scaled < 0, 0x4000, 0)
    for place in range(3 + _NUMERIC_DIGITS, 3, -1):
        rest, fields[:, place] = np.divmod(rest, 10_000)
    column = _fixed(fields)
    return Column(column.values, np.where(known, column.lengths, -1).astype(np.int32))


def choices(names: Sequence[str], places: NDArray[np.integer[Any]]) -> Column:
    """Return a text column of which each value is one of `names`, given by its place there."""
    column = texts([name.encode() for name in names])
    return Column(column.values[places], column.lengths[places])


def texts(values: Sequence[bytes]) -> Column:
    """Return a column of type text or varchar of values in UTF-8."""
    lengths = np.fromiter(map(len, values), dtype=np.int32, count=len(values))
    widest = int(lengths.max(initial=0))
    laid_out = np.zeros((len(values), widest), dtype=np.uint8)
    laid_out[np.arange(widest) < lengths[:, None]] = np.frombuffer(b"".join(values), dtype=np.uint8)
    return Column(laid_out, lengths)


def documents(values: Sequence[bytes]) -> Column:
    """Return a column of type jsonb of values that are JSON."""
    return texts([_JSONB_VERSION + value for value in values])


def portions(columns: Sequence[Column], *, size: int = 2_000) -> Iterator[bytes]:
    """Yield the rows of columns of one length, so many at a time, without header and trailer."""
    for begin in range(0, len(columns[0].lengths), size):
        part = slice(begin, begin + size)
        yield _rows([Column(values[part], lengths[part]) for values, lengths in columns])


def _rows(columns: Sequence[Column]) -> bytes:
    count = len(columns[0].lengths)
    parts, used = [_fixed(np.full(count, len(columns), dtype=">i2")).values], [np.ones((count, 2), dtype=np.bool_)]
    for values, lengths in columns:
        parts += [_fixed(lengths.astype(">i4")).values, values]
        used += [np.ones((count, 4), dtype=np.bool_), np.arange(values.shape[1]) < lengths[:, None]]
    whole: Bytes = np.hstack(parts)
    return whole[np.hstack(used)].tobytes()


def _fixed(values: NDArray[Any]) -> Column:
    count = len(values)
    as_bytes = np.ascontiguousarray(values).view(np.uint8).reshape(count, -1) if count else np.empty((0, 0), np.uint8)
    return Column(as_bytes, np.full(count, as_bytes.shape[1], dtype=np.int32))
