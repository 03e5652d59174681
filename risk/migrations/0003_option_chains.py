import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('risk', '0002_instruments'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChainSummary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exchange', models.CharField(max_length=8)),
                ('symbol', models.CharField(max_length=32)),
                ('trading_date', models.DateField()),
                ('expiry', models.DateField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('years', models.FloatField(null=True)),
                ('underlying_price', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('forward', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('forward_source', models.CharField(blank=True, choices=[('future', 'Future'), ('parity', 'Parity'), ('carry', 'Carry')], max_length=8)),
                ('forward_error', models.FloatField(null=True)),
                ('discount', models.FloatField(null=True)),
                ('discount_error', models.FloatField(null=True)),
                ('parity_strikes', models.PositiveIntegerField(default=0)),
                ('atm_volatility', models.FloatField(null=True)),
                ('skew_25', models.FloatField(null=True)),
                ('butterfly_25', models.FloatField(null=True)),
                ('term_slope', models.FloatField(null=True)),
                ('fit_error', models.FloatField(null=True)),
                ('quotes_used', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=dict)),
                ('flags', models.JSONField(default=list)),
                ('source_file', models.CharField(max_length=255)),
                ('observed_at', models.DateTimeField()),
                ('instrument', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chains', to='risk.instrument')),
            ],
            options={
                'verbose_name_plural': 'chain summaries',
            },
        ),
        migrations.CreateModel(
            name='OptionQuote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('strike', models.DecimalField(decimal_places=2, max_digits=12)),
                ('option_type', models.CharField(choices=[('call', 'Call'), ('put', 'Put')], max_length=4)),
                ('lot_size', models.PositiveIntegerField(null=True)),
                ('open_interest', models.FloatField(null=True)),
                ('volume', models.PositiveBigIntegerField(null=True)),
                ('close', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('settlement', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('bid', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('ask', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('published_volatility', models.FloatField(null=True)),
                ('implied_volatility', models.FloatField(null=True)),
                ('reason', models.CharField(blank=True, max_length=24)),
                ('chain', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='quotes', to='risk.chainsummary')),
            ],
        ),
        migrations.AddConstraint(
            model_name='chainsummary',
            constraint=models.UniqueConstraint(fields=('symbol', 'trading_date', 'expiry', 'exchange'), name='chain_once'),
        ),
        migrations.AddConstraint(
            model_name='chainsummary',
            constraint=models.CheckConstraint(condition=models.Q(('atm_volatility__isnull', True), models.Q(('atm_volatility__gt', 0.0), ('atm_volatility__lte', 1000000.0)), _connector='OR'), name='chain_volatility_is_finite'),
        ),
        migrations.AddConstraint(
            model_name='chainsummary',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('forward__isnull', True), ('forward_source', '')), models.Q(('discount__gt', 0.0), ('discount__isnull', False), ('forward__gt', 0), ('forward__isnull', False)), _connector='OR'), name='chain_forward_has_discount'),
        ),
        migrations.AddConstraint(
            model_name='optionquote',
            constraint=models.UniqueConstraint(fields=('chain', 'strike', 'option_type'), name='quote_once_per_chain'),
        ),
        migrations.AddConstraint(
            model_name='optionquote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('implied_volatility__isnull', True), models.Q(('reason', ''), _negated=True)), models.Q(('implied_volatility__gt', 0.0), ('implied_volatility__isnull', False), ('reason', ''), ('implied_volatility__lte', 1000000.0)), _connector='OR'), name='quote_volatility_or_reason'),
        ),
    ]
