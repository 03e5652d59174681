"""Count the records that were stored before there were rollups."""

from typing import Any

from django.db import migrations

_STARTS = {
    "postgresql": ("date_trunc('minute', instant)", "date_bin('5 minutes', instant, '1970-01-01 00:00:00+00')"),
    "sqlite": (
        "strftime('%%Y-%%m-%%d %%H:%%M:00', instant)",
        "datetime(CAST(strftime('%%s', instant) AS INTEGER) / 300 * 300, 'unixepoch')",
    ),
}
_SUMS = "high, total, records, records_normal, records_low, records_medium, records_high, records_critical"
_SUMMED = """
    MAX(score), SUM(score), COUNT(*),
    SUM(CASE WHEN severity = 'NORMAL' THEN 1 ELSE 0 END), SUM(CASE WHEN severity = 'LOW' THEN 1 ELSE 0 END),
    SUM(CASE WHEN severity = 'MEDIUM' THEN 1 ELSE 0 END), SUM(CASE WHEN severity = 'HIGH' THEN 1 ELSE 0 END),
    SUM(CASE WHEN severity = 'CRITICAL' THEN 1 ELSE 0 END)
"""
_MINUTES = """
    INSERT INTO risk_minuterollup (run, start, instrument_id, open, low, close, {sums})
    SELECT run, start, instrument_id, MAX(CASE WHEN forwards = 1 THEN score END), MIN(score),
           MAX(CASE WHEN backwards = 1 THEN score END), {summed}
    FROM (
        SELECT run, {start} AS start, instrument_id, score, severity,
               ROW_NUMBER() OVER (PARTITION BY run, instrument_id, {start} ORDER BY instant) AS forwards,
               ROW_NUMBER() OVER (PARTITION BY run, instrument_id, {start} ORDER BY instant DESC) AS backwards
        FROM risk_riskrecord
    ) AS numbered
    GROUP BY run, start, instrument_id
"""
# 64 is `risk.services.PARTITIONS_AT_MOST`: an id is ordinal * 64 + partition.
_MARKETS = """
    INSERT INTO risk_marketrollup (run, start, partition, first_id, last_id, {sums})
    SELECT run, start, part, MIN(id), MAX(id), {summed}
    FROM (SELECT id, run, {start} AS start, id %% 64 AS part, score, severity FROM risk_riskrecord) AS placed
    GROUP BY run, start, part
"""


def fill(apps: Any, schema_editor: Any) -> None:
    minute, five_minutes = _STARTS[schema_editor.connection.vendor]
    with schema_editor.connection.cursor() as cursor:
        for statement, start in ((_MINUTES, minute), (_MARKETS, five_minutes)):
            # With parameters, even none, both drivers read %% as one %.
            cursor.execute(statement.format(start=start, sums=_SUMS, summed=_SUMMED), [])


class Migration(migrations.Migration):
    dependencies = [("risk", "0006_rollups")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
