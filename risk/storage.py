"""Bulk writing inside the caller's transaction: COPY on PostgreSQL, `executemany` on SQLite."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from math import isfinite
from typing import Any, Literal

from django.db import connection, models

from risk import binary_rows
from risk.binary_rows import Column
from risk.instants import microseconds as microseconds
from risk.instants import moment as moment

Row = tuple[Any, ...]
# What becomes of a column when a row with its key exists: of the old and the new value, which one, or their sum.
Merge = Literal["first", "last", "add", "most", "least"]


def known(value: float) -> float | None:
    """Return a figure as a column or a message holds it: None where the mathematics says NaN or infinite."""
    return float(value) if isfinite(value) else None


def insert_columns(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """Append rows, given as columns of one length, inside the caller's transaction."""
    if connection.vendor == "postgresql":
        _copy(model, columns)
        return
    adapted = zip(*map(column_for_sqlite, columns.values()), strict=True)
    statement = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({_marks(list(columns))})"
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(adapted))


def column_for_sqlite(values: Sequence[Any]) -> Sequence[Any]:
    """Return a column as SQLite takes it: instants as text."""
    return list(map(_for_sqlite, values)) if datetime in set(map(type, values)) else values


def copy_binary(model: type[models.Model], columns: Mapping[str, Column]) -> None:
    """Append rows to a table of PostgreSQL inside the caller's transaction; the columns must have its types."""
    with connection.cursor() as cursor:
        statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
        with cursor.cursor.copy(statement) as copy:  # psycopg's cursor below Django's wrapper
            copy.write(binary_rows.HEADER)
            for portion in binary_rows.portions(list(columns.values())):
                copy.write(portion)
            copy.write(binary_rows.TRAILER)


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Append `rows` to the model's table inside the caller's transaction."""
    if rows:
        insert_columns(model, dict(zip(columns, zip(*rows, strict=True), strict=True)))


def upsert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row], *, key: Sequence[str]) -> None:
    """Insert `rows`, or overwrite those whose `key` columns exist already."""
    ordered = (*key, *(name for name in columns if name not in key))
    merges: dict[str, Merge] = {name: "last" for name in columns if name not in key}
    places = [columns.index(name) for name in ordered]
    merge_rows(model, key=key, merges=merges, rows=[tuple(row[place] for place in places) for row in rows])


def merge_rows(
    model: type[models.Model], *, key: Sequence[str], merges: Mapping[str, Merge], rows: Sequence[Row]
) -> None:
    """Insert `rows` (the key's columns, then those of `merges`), or merge them into the rows that have their key.

    One statement; no two of `rows` may have the same key.
    """
    if not rows:
        return
    table, columns = model._meta.db_table, (*key, *merges)
    updates = ", ".join(f"{name} = {_merged(table, name, how)}" for name, how in merges.items() if how != "first")
    conflict = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}"
    into = f"INSERT INTO {table} ({', '.join(columns)})"
    if connection.vendor == "postgresql":
        _insert_unnested(f"{into} SELECT * FROM unnest({_arrays(model, columns)}) {conflict}", rows)
        return
    _execute_many(f"{into} VALUES ({_marks(columns)}) {conflict}", rows)


def _merged(table: str, name: str, how: Merge) -> str:
    most, least = ("GREATEST", "LEAST") if connection.vendor == "postgresql" else ("MAX", "MIN")
    kept, came = f"{table}.{name}", f"excluded.{name}"
    return {
        "first": kept,
        "last": came,
        "add": f"{kept} + {came}",
        "most": f"{most}({kept}, {came})",
        "least": f"{least}({kept}, {came})",
    }[how]


@cache
def _arrays(model: type[models.Model], columns: tuple[str, ...]) -> str:
    types = {field.column: field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
             for field in model._meta.concrete_fields}  # fmt: skip
    return ", ".join(f"%s::{types[name]}[]" for name in columns)


def _insert_unnested(statement: str, rows: Sequence[Row]) -> None:
    # One array per column: one statement to plan and send, whatever the number of rows.
    with connection.cursor() as cursor:
        cursor.execute(statement, [_array(column) for column in zip(*rows, strict=True)])


def _array(values: Sequence[Any]) -> str:
    # The driver quotes a list element by element in Python: measured, nearly twice as long as this for a statement.
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int | float):
        return str(value)  # not repr: numpy's floats spell their type there
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _marks(columns: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(columns))


def _execute_many(statement: str, rows: Sequence[Row]) -> None:
    adapted = rows if connection.vendor == "postgresql" else [tuple(map(_for_sqlite, row)) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, adapted)


def _for_sqlite(value: Any) -> Any:
    # Django's own format, so that the ORM reads back what was written.
    return str(value.replace(tzinfo=None)) if isinstance(value, datetime) else value


def _copy(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    # The driver's write_row asks every value for its type; here a column is asked once, in a third of the time.
    lines = "\n".join(map("\t".join, zip(*map(_copied, columns.values()), strict=True)))
    with connection.cursor() as cursor:
        statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
        with cursor.cursor.copy(statement) as copy:  # psycopg's cursor below Django's wrapper
            copy.write(lines + "\n" if lines else "")


def _copied(values: Sequence[Any]) -> Iterable[str]:
    """Return a column in COPY's text format: https://www.postgresql.org/docs/current/sql-copy.html."""
    kinds = set(map(type, values))
    if kinds <= {int, float, datetime}:
        return map(str, values)
    if kinds == {str} and not _COPY_SPECIAL.search("".join(values)):
        return values
    return map(_copied_value, values)


def _copied_value(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return str(value).translate(_COPY_ESCAPES)


_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_COPY_SPECIAL = re.compile(r"[\\\t\n\r]")
