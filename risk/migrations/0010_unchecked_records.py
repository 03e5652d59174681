"""Records no longer have the database look up their instrument, and latest rows have room to change where they are."""

import django.db.models.deletion
from django.db import migrations, models


def _fill(percent):
    def alter(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE risk_latestrisk SET (fillfactor = {percent})")

    return alter


class Migration(migrations.Migration):
    dependencies = [("risk", "0009_exact_sums_and_hours")]
    operations = [
        migrations.AlterField(
            "riskrecord",
            "instrument",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="risk.instrument",
            ),
        ),
        # Every commit updates every row: with free space on its page an update touches no index.
        migrations.RunPython(_fill(50), _fill(100)),
    ]
