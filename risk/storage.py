"""Bulk writing inside the caller's transaction: COPY on PostgreSQL, `executemany` on SQLite."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from django.db import connection, models

Row = tuple[Any, ...]


def moment(instant_us: int) -> datetime:
    """Return the aware UTC datetime of an instant in microseconds, exactly (no float in between)."""
    seconds, microseconds = divmod(int(instant_us), 1_000_000)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=microseconds)


def known(value: float) -> float | None:
    """Return a figure as a column or a message holds it: None where the mathematics says NaN or infinite."""
    return float(value) if isfinite(value) else None


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Append `rows` to the model's table inside the caller's transaction."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(model, columns, rows)
        return
    _execute_many(f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({_marks(columns)})", rows)


def upsert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row], *, key: Sequence[str]) -> None:
    """Insert `rows`, or overwrite those whose `key` columns exist already."""
    if not rows:
        return
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    _execute_many(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({_marks(columns)}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}",
        rows,
    )


def _marks(columns: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(columns))


def _execute_many(statement: str, rows: Sequence[Row]) -> None:
    adapted = rows if connection.vendor == "postgresql" else [tuple(map(_for_sqlite, row)) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, adapted)


def _for_sqlite(value: Any) -> Any:
    # Django's own format, so that the ORM reads back what was written.
    return str(value.replace(tzinfo=None)) if isinstance(value, datetime) else value


def _copy(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
        with cursor.cursor.copy(statement) as copy:  # psycopg's cursor below Django's wrapper
            for row in rows:
                copy.write_row(row)
