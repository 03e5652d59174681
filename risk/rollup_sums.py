"""The statements that sum records into minutes and minutes into hours, inside the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from risk.rollup_models import HourRollup, MinuteRollup

_COUNTS: Final = ("records", "records_normal", "records_low", "records_medium", "records_high", "records_critical")
_COLUMNS: Final = ("open", "low", "close", "high", "total_millionths", *_COUNTS)
_SEVERITIES: Final = ("NORMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")
_BEGINS: Final[Mapping[str, Mapping[str, str]]] = {
    "postgresql": {"minute": "date_trunc('minute', {0}, 'UTC')", "hour": "date_trunc('hour', {0}, 'UTC')"},
    "sqlite": {"minute": "strftime('%%Y-%%m-%%d %%H:%%M:00', {0})", "hour": "strftime('%%Y-%%m-%%d %%H:00:00', {0})"},
}
# A score has six decimals, so its millionths are whole and their sum does not depend on the order.
_OF_RECORDS: Final = """
    SELECT run, {begins} AS began, instrument_id, instant AS at, score AS first, score AS least, score AS last,
           score AS most, CAST(ROUND(score * 1000000) AS BIGINT) AS total, 1 AS n, {counts}
    FROM risk_riskrecord WHERE run = %s AND instant >= %s {until} AND id %% 64 = %s
"""
_OF_MINUTES: Final = """
    SELECT run, {begins} AS began, instrument_id, start AS at, open AS first, low AS least, close AS last,
           high AS most, total_millionths AS total, records AS n, {counts}
    FROM risk_minuterollup WHERE run = %s AND start >= %s {until}
     AND instrument_id IN ({members})
"""
_SUM: Final = """
    INSERT INTO {table} (run, start, instrument_id, {columns})
    SELECT run, began, instrument_id, MAX(CASE WHEN forwards = 1 THEN first END), MIN(least),
           MAX(CASE WHEN backwards = 1 THEN last END), MAX(most), SUM(total), SUM(n), {sums} {more}
    FROM (
        SELECT parts.*, ROW_NUMBER() OVER (PARTITION BY instrument_id, began ORDER BY at) AS forwards,
               ROW_NUMBER() OVER (PARTITION BY instrument_id, began ORDER BY at DESC) AS backwards
        FROM ({parts}) AS parts
    ) AS numbered
    WHERE n > 0 GROUP BY run, began, instrument_id
    ON CONFLICT (run, start, instrument_id) DO UPDATE SET {updates}
"""


def sum_into(
    model: type[MinuteRollup | HourRollup],
    *,
    run: int,
    partition: int,
    instruments: Sequence[int],
    begin: datetime,
    end: datetime | None,
) -> None:
    """Write the rollups of `model` that begin in [begin, end), or from `begin` on; existing ones are written anew."""
    whose = [partition] if model is MinuteRollup else list(instruments)
    if not whose:
        return
    bounds = [begin] if end is None else [begin, end]
    adapted = [connection.ops.adapt_datetimefield_value(bound) for bound in bounds]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, len(whose), is_bounded=end is not None), [run, *adapted, *whose])


def _statement(model: type[MinuteRollup | HourRollup], members: int, *, is_bounded: bool) -> str:
    is_minute = model is MinuteRollup
    columns = _COLUMNS if is_minute else (*_COLUMNS, "last_minute")
    return _SUM.format(
        table=model._meta.db_table,
        columns=", ".join(columns),
        sums=", ".join(f"SUM({name})" for name in _COUNTS[1:]),
        more="" if is_minute else ", MAX(at)",
        parts=_minute_parts(is_bounded=is_bounded) if is_minute else _hour_parts(members, is_bounded=is_bounded),
        updates=", ".join(f"{name} = excluded.{name}" for name in columns),
    )


def _minute_parts(*, is_bounded: bool) -> str:
    cases = (
        f"CASE WHEN severity = '{severity}' THEN 1 ELSE 0 END AS {name}"
        for severity, name in zip(_SEVERITIES, _COUNTS[1:], strict=True)
    )
    until = "AND instant < %s" if is_bounded else ""
    return _OF_RECORDS.format(begins=_begins("minute", "instant"), counts=", ".join(cases), until=until)


def _hour_parts(members: int, *, is_bounded: bool) -> str:
    until, marks = "AND start < %s" if is_bounded else "", ", ".join(["%s"] * members)
    return _OF_MINUTES.format(
        begins=_begins("hour", "start"), counts=", ".join(_COUNTS[1:]), until=until, members=marks
    )


def _begins(size: str, column: str) -> str:
    return _BEGINS[connection.vendor][size].format(column)
