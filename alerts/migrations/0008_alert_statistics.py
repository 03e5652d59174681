from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0007_silences")]

    operations = [
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['raised_at', 'peak_severity', 'phase', 'status', 'classification', 'rule', 'instrument', 'acknowledged_by_id', 'acknowledged_at', 'resolved_at'], name='alert_statistics'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['opened_at', 'peak_severity'], name='alert_counts'),
        ),
    ]
