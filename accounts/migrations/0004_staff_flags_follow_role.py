"""Flags of the admin site that do not follow the role are put right, before a constraint forbids them."""


from django.db import migrations


def follow_role(apps, schema_editor):
    users = apps.get_model('accounts', 'User').objects
    users.exclude(role='admin').update(is_staff=False, is_superuser=False)
    users.filter(role='admin').update(is_staff=True, is_superuser=True)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_user_name_unique_whatever_the_case'),
    ]

    operations = [
        # Backwards there is nothing to do: who had a flag without the role is not known any more.
        migrations.RunPython(follow_role, migrations.RunPython.noop),
    ]
