from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_service_token'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('key', models.CharField(max_length=64)),
                ('made', models.PositiveIntegerField(default=0)),
                ('is_reported', models.BooleanField(default=False)),
                ('ends_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'attempts',
                'indexes': [models.Index(fields=['ends_at'], name='attempts_by_end')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='attempts_one_row_per_key')],
            },
        ),
    ]
