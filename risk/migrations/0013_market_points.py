"""The market's five minutes sum points too; what was summed before stays unknown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("risk", "0012_copies")]
    operations = [
        migrations.AddField("marketrollup", name, models.BigIntegerField(null=True))
        for name in ("raised_millionths", "market_millionths")
    ]
