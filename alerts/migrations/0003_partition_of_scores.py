"""Every alert that a fold decided says which partition's: an instrument may move to another one later."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    alert, instrument = apps.get_model("alerts", "Alert"), apps.get_model("risk", "Instrument")
    homes = instrument.objects.filter(pk=OuterRef("instrument")).values("partition")
    alert.objects.filter(partition=None, instrument__isnull=False).update(partition=Subquery(homes))


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_conditions")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
