"""The key of records has time before the instrument, and serves what their index by time did; that one goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("risk", "0010_unchecked_records")]
    operations = [
        migrations.RemoveConstraint("riskrecord", "record_once_per_instant"),
        migrations.AddConstraint(
            "riskrecord",
            models.UniqueConstraint(fields=["run", "instant", "instrument"], name="record_once_per_instant"),
        ),
        migrations.RemoveIndex("riskrecord", "record_instant"),
    ]
