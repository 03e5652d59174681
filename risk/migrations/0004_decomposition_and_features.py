from django.db import migrations, models


class Migration(migrations.Migration):
    """What a record's score is made of, and the features of each closed minute.

    Records made before keep a null decomposition: what they were made of was not kept.
    """

    dependencies = [("risk", "0003_option_chains")]

    operations = [
        *(
            operation
            for model in ("riskrecord", "latestrisk")
            for operation in (
                migrations.AddField(model, "model_version", models.CharField(max_length=32, default="")),
                migrations.AddField(model, "decomposition", models.JSONField(null=True)),
            )
        ),
        migrations.AddField("minutebar", "spread_bp", models.FloatField(null=True)),
        migrations.AddField("minutebar", "features", models.BinaryField(null=True)),
        migrations.AddField("instrumentprofile", "feature_past", models.BinaryField(null=True)),
    ]
