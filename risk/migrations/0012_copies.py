"""Copies of an instrument in partitions that are not its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("risk", "0011_records_by_time")]
    operations = [
        migrations.AddField(
            "instrument",
            "copy_of",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="copies",
                to="risk.instrument",
            ),
        ),
        migrations.AddConstraint(
            "instrument",
            models.UniqueConstraint(
                condition=models.Q(("copy_of__isnull", False)),
                fields=("copy_of", "partition"),
                name="copy_once_per_partition",
            ),
        ),
    ]
