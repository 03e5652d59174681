"""Sums of scores become whole millionths, and the minutes that are there are summed into hours."""

import django.db.models.deletion
from django.db import migrations, models

_HOURS = {
    "postgresql": "date_trunc('hour', start, 'UTC')",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:00:00', start)",
}
_COUNTS = "records, records_normal, records_low, records_medium, records_high, records_critical"
_FILL = """
    INSERT INTO risk_hourrollup (run, start, instrument_id, open, low, close, high, total_millionths, {counts}, last_minute)
    SELECT run, began, instrument_id, MAX(CASE WHEN forwards = 1 THEN open END), MIN(low),
           MAX(CASE WHEN backwards = 1 THEN close END), MAX(high), SUM(total_millionths), {sums}, MAX(start)
    FROM (
        SELECT parts.*, ROW_NUMBER() OVER (PARTITION BY run, instrument_id, began ORDER BY start) AS forwards,
               ROW_NUMBER() OVER (PARTITION BY run, instrument_id, began ORDER BY start DESC) AS backwards
        FROM (SELECT risk_minuterollup.*, {hour} AS began FROM risk_minuterollup) AS parts
    ) AS numbered
    GROUP BY run, began, instrument_id
"""


def make_whole(apps, schema_editor):
    for name in ("MinuteRollup", "MarketRollup"):
        rollups = apps.get_model("risk", name).objects
        rollups.update(total_millionths=models.functions.Round(models.F("total") * 1_000_000.0))


def make_fractions(apps, schema_editor):
    for name in ("MinuteRollup", "MarketRollup"):
        apps.get_model("risk", name).objects.update(total=models.F("total_millionths") / 1_000_000.0)


def fill_hours(apps, schema_editor):
    sums = ", ".join(f"SUM({name})" for name in _COUNTS.split(", "))
    statement = _FILL.format(hour=_HOURS[schema_editor.connection.vendor], counts=_COUNTS, sums=sums)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(statement, [])  # with parameters, even none, both drivers read %% as one %


def _sums():
    for name in ("minuterollup", "marketrollup"):
        yield migrations.AddField(name, "total_millionths", models.BigIntegerField(default=0), preserve_default=False)
        yield migrations.AlterField(name, "total", models.FloatField(default=0.0))
    yield migrations.RunPython(make_whole, make_fractions)
    for name in ("minuterollup", "marketrollup"):
        yield migrations.RemoveField(name, "total")


class Migration(migrations.Migration):
    dependencies = [("risk", "0008_history_indexes")]
    operations = [
        *_sums(),
        migrations.AlterField(
            "minuterollup",
            "instrument",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="risk.instrument",
            ),
        ),
        migrations.CreateModel(
            "HourRollup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run", models.BigIntegerField()),
                ("start", models.DateTimeField()),
                ("high", models.FloatField()),
                ("total_millionths", models.BigIntegerField()),
                ("records", models.PositiveIntegerField()),
                ("records_normal", models.PositiveIntegerField()),
                ("records_low", models.PositiveIntegerField()),
                ("records_medium", models.PositiveIntegerField()),
                ("records_high", models.PositiveIntegerField()),
                ("records_critical", models.PositiveIntegerField()),
                ("open", models.FloatField()),
                ("low", models.FloatField()),
                ("close", models.FloatField()),
                ("last_minute", models.DateTimeField()),
                (
                    "instrument",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="risk.instrument",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["start"], name="hour_rollup_start")],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "start", "instrument"), name="hour_rollup_once")
                ],
            },
        ),
        migrations.RunPython(fill_hours, migrations.RunPython.noop),
    ]
