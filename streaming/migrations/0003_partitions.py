"""Runs remember who belonged to which partition; until now all instruments were in one."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    instruments = apps.get_model("risk", "Instrument").objects.filter(is_active=True)
    members: dict[str, list[int]] = {}
    for pk, partition in instruments.order_by("id").values_list("id", "partition"):
        members.setdefault(str(partition), []).append(pk)
    apps.get_model("streaming", "FeedRun").objects.update(assignment={"members": members, "copies": {}})
    apps.get_model("streaming", "FoldCursor").objects.update(next_ordinal=F("records_written"))


class Migration(migrations.Migration):
    dependencies = [("streaming", "0002_fold_checkpoint"), ("risk", "0012_copies")]
    operations = [
        migrations.AddField("feedrun", "assignment", models.JSONField(default=dict), preserve_default=False),
        migrations.AddField("foldcursor", "next_ordinal", models.BigIntegerField(default=0)),
        migrations.AddField("foldcursor", "hearing", models.JSONField(default=dict)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
