"""Databases that have the first triggers get these: the head may move by several entries, checkpoints stay."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from audit import triggers


def renew(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.renew(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_triggers")]
    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
