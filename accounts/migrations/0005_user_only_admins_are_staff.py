from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_staff_flags_follow_role'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('role', 'admin'), models.Q(('is_staff', False), ('is_superuser', False)), _connector='OR'), name='user_only_admins_are_staff'),
        ),
    ]
