"""Accounts of backtests are kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("risk", "0013_market_points")]
    operations = [
        migrations.CreateModel(
            "BacktestResult",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("engine_version", models.CharField(max_length=32)),
                ("model_version", models.CharField(max_length=64)),
                ("account", models.JSONField()),
                ("author_name", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField()),
            ],
            options={"ordering": ["-id"]},
        )
    ]
