"""Reads a file of recorded ticks, Parquet or CSV, or says in one sentence what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

REQUIRED: Final = ("symbol", "ts_ist", "ltp")
OPTIONAL: Final = ("cum_volume", "row")
UNREADABLE_TIME: Final = 0  # counted as the epoch, for a cell that holds no time
_MAGIC: Final = b"PAR1"


class RecordingError(Exception):
    """A file of ticks cannot be replayed; the message says what was expected and what came."""


class FileMissing(RecordingError):
    """There is no such file."""


class FileEmpty(RecordingError):
    """The file has no bytes or no rows."""


class FileTruncated(RecordingError):
    """The file breaks off before its end."""


class WrongFileType(RecordingError):
    """The file is neither Parquet nor CSV."""


class ColumnsMissing(RecordingError):
    """A needed column is absent."""


class WrongColumnType(RecordingError):
    """A column holds something that cannot be read as its meaning."""


class DateUnknown(RecordingError):
    """Neither the caller nor the file's name says which day was recorded."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The rows as they stand in the file: `local_us` is the naive recorded time in microseconds since the epoch."""

    symbol: NDArray[np.str_]  # distinct symbols, ascending
    symbol_of_row: NDArray[np.int64]  # index into `symbol`
    local_us: NDArray[np.int64]
    price: NDArray[np.float64]
    volume: NDArray[np.float64]  # NaN where none was recorded
    row: NDArray[np.int64]  # arrival order within a symbol

    def __len__(self) -> int:
        return len(self.local_us)


def recorded_day(path: Path, day: date | None = None) -> date:
    """Return the recorded session's date: `day`, else the date in the file's name."""
    if day is not None:
        return day
    found = re.search(r"(\d{4})-?(\d{2})-?(\d{2})", path.stem)
    try:
        return date(*(int(part) for part in found.groups())) if found else _no_date(path)
    except ValueError:
        return _no_date(path)


def read_recording(path: Path) -> Recording:
    """Return the rows of `path`.  Raises a RecordingError by name for a file that cannot be replayed."""
    table = _read_table(path)
    absent = [name for name in REQUIRED if name not in table.column_names]
    if absent:
        raise ColumnsMissing(
            f"{path.name} needs the columns {', '.join(REQUIRED)}; {', '.join(absent)} missing among "
            f"{', '.join(table.column_names) or 'none'}"
        )
    if table.num_rows == 0:
        raise FileEmpty(f"{path.name} has its columns but no rows")
    symbols = _column(table, "symbol", pa.string(), path).fill_null("")
    distinct, positions = np.unique(symbols.to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    count = table.num_rows
    return Recording(
        symbol=distinct,
        symbol_of_row=positions.astype(np.int64),
        local_us=_times(table, path),
        price=_floats(table, "ltp", path),
        volume=_floats(table, "cum_volume", path) if "cum_volume" in table.column_names else np.full(count, np.nan),
        row=_rows(table, path),
    )


def _no_date(path: Path) -> date:
    raise DateUnknown(f"the name {path.name} holds no date such as 2021-04-08: give --date YYYY-MM-DD")


def _read_table(path: Path) -> pa.Table:
    if not path.is_file():
        raise FileMissing(f"there is no file {path}")
    size = path.stat().st_size
    if size == 0:
        raise FileEmpty(f"{path.name} has 0 bytes, expected Parquet or CSV")
    with path.open("rb") as stream:
        beginning = stream.read(4096)
        stream.seek(max(0, size - 4))
        ending = stream.read(4)
    if beginning[:4] == _MAGIC:
        if ending != _MAGIC or size < 12:
            raise FileTruncated(f"{path.name} begins as Parquet but ends after {size} bytes without its footer")
        return _read_parquet(path)
    return _read_csv(path, beginning)


def _read_parquet(path: Path) -> pa.Table:
    try:
        wanted = [name for name in pq.read_schema(path).names if name in REQUIRED + OPTIONAL]
        return pq.read_table(path, columns=wanted)
    except (pa.ArrowException, OSError) as problem:
        raise FileTruncated(f"{path.name} is damaged Parquet: {_first_line(problem)}") from problem


def _read_csv(path: Path, beginning: bytes) -> pa.Table:
    if b"\0" in beginning or b"," not in beginning.split(b"\n", 1)[0]:
        raise WrongFileType(f"{path.name} is neither Parquet nor CSV: it begins with {beginning[:16]!r}")
    with path.open("rb") as stream:
        stream.seek(-1, 2)
        whole = stream.read(1) in (b"\n", b"\r")
    options = pa.csv.ConvertOptions(column_types={name: pa.string() for name in REQUIRED + OPTIONAL})
    try:
        table = pa.csv.read_csv(path, convert_options=options)
    except pa.ArrowException as problem:
        kind = WrongFileType if whole else FileTruncated
        raise kind(f"{path.name} is not a complete CSV table: {_first_line(problem)}") from problem
    return table


def _column(table: pa.Table, name: str, kind: pa.DataType, path: Path) -> pa.Array:
    try:
        return table.column(name).cast(kind).combine_chunks()
    except pa.ArrowException as problem:
        raise WrongColumnType(f"column {name} of {path.name} must be {kind}: {_first_line(problem)}") from problem


def _floats(table: pa.Table, name: str, path: Path) -> NDArray[np.float64]:
    column = table.column(name)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        blank: Sequence[str] = ("", "null", "NULL", "None")
        column = pc.if_else(pc.is_in(column, value_set=pa.array(blank, column.type)), "nan", column)
        table = table.set_column(table.column_names.index(name), name, column)
    values = _column(table, name, pa.float64(), path).fill_null(np.nan)
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def _times(table: pa.Table, path: Path) -> NDArray[np.int64]:
    kind = table.column("ts_ist").type
    if not (pa.types.is_timestamp(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise WrongColumnType(f"column ts_ist of {path.name} must be timestamps, is {kind}")
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        raise WrongColumnType(f"column ts_ist of {path.name} must be Indian clock time without a zone, is {kind}")
    stamps = _column(table, "ts_ist", pa.timestamp("us"), path)
    micros = stamps.cast(pa.int64()).fill_null(UNREADABLE_TIME)
    return np.asarray(micros.to_numpy(zero_copy_only=False), dtype=np.int64)


def _rows(table: pa.Table, path: Path) -> NDArray[np.int64]:
    if "row" not in table.column_names:
        return np.arange(table.num_rows, dtype=np.int64)
    values = _column(table, "row", pa.int64(), path)
    if values.null_count:
        raise WrongColumnType(f"column row of {path.name} must be whole numbers, {values.null_count} are empty")
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.int64)


def _first_line(problem: BaseException) -> str:
    return str(problem).splitlines()[0] if str(problem) else type(problem).__name__
