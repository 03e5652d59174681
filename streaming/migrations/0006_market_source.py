"""Which market is to be fed, and what the feed made of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("streaming", "0005_checkpoint_score_memory")]
    operations = [
        migrations.CreateModel(
            "SourceVersion",
            [
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("mode", models.CharField(choices=[("demo", "Demo"), ("replay", "Replay")], max_length=8)),
                ("symbols", models.JSONField(default=list)),
                ("recording", models.CharField(blank=True, max_length=200)),
                ("speed", models.CharField(blank=True, max_length=16)),
                ("reason", models.CharField(max_length=500)),
                ("author_id", models.BigIntegerField(null=True)),
                ("author_name", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField()),
            ],
            options={"ordering": ["-number"]},
        ),
        migrations.CreateModel(
            "SourceOutcome",
            [
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="outcome",
                        serialize=False,
                        to="streaming.sourceversion",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("finished", "Finished"), ("failed", "Failed")], max_length=8
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=500)),
                ("first_us", models.BigIntegerField(null=True)),
                ("last_us", models.BigIntegerField(null=True)),
                ("reported_at", models.DateTimeField()),
            ],
        ),
    ]
