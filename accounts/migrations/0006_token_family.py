import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_user_only_admins_are_staff'),
    ]

    operations = [
        migrations.CreateModel(
            name='TokenFamily',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('user_agent', models.CharField(blank=True, max_length=200)),
                ('address', models.GenericIPAddressField(blank=True, null=True)),
                ('current_hash', models.CharField(max_length=64)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_reason', models.CharField(blank=True, choices=[('signed_out', 'Signed Out'), ('ended_by_user', 'Ended By User'), ('ended_by_admin', 'Ended By Admin'), ('refresh_reuse', 'Reuse'), ('account_changed', 'Account Changed')], max_length=32)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_used_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='token_families', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'token families',
                'indexes': [models.Index(fields=['user', '-last_used_at'], name='token_family_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_reason', '')), models.Q(('revoked_at__isnull', False), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='token_family_says_why_it_ended')],
            },
        ),
    ]
