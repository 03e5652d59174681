"""Stored option chains: what an expiry's options said on a day, and each quote."""

from django.db import models
from django.db.models import Q


class ForwardSource(models.TextChoices):
    """Where the forward of an expiry came from; empty in a summary that has none."""

    FUTURE = "future"
    PARITY = "parity"
    CARRY = "carry"


class ChainSummary(models.Model):
    """The option chain of one underlying, trading day and expiry: its forward and its smile in a few numbers.

    The underlying need not be an instrument of the platform; a known one has its symbol here, whatever a file calls it.
    Volatilities are decimals per year, null where they were refused; `flags` and `refused` say why.
    """

    exchange = models.CharField(max_length=8)
    symbol = models.CharField(max_length=32)
    instrument = models.ForeignKey(
        "risk.Instrument", on_delete=models.PROTECT, null=True, related_name="chains", db_index=False
    )
    trading_date = models.DateField()
    expiry = models.DateField()
    expires_at = models.DateTimeField(null=True)
    years = models.FloatField(null=True)
    underlying_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    forward = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    forward_source = models.CharField(max_length=8, choices=ForwardSource.choices, blank=True)
    forward_error = models.FloatField(null=True)
    discount = models.FloatField(null=True)
    discount_error = models.FloatField(null=True)
    parity_strikes = models.PositiveIntegerField(default=0)
    atm_volatility = models.FloatField(null=True)
    skew_25 = models.FloatField(null=True)
    butterfly_25 = models.FloatField(null=True)
    term_slope = models.FloatField(null=True)
    fit_error = models.FloatField(null=True)
    quotes_used = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=dict)
    flags = models.JSONField(default=list)
    source_file = models.CharField(max_length=255)
    observed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "chain summaries"
        constraints = [
            # Also serves the newest chains of a symbol at or before a date.
            models.UniqueConstraint(fields=["symbol", "trading_date", "expiry", "exchange"], name="chain_once"),
            models.CheckConstraint(
                condition=Q(atm_volatility__isnull=True) | Q(atm_volatility__gt=0.0, atm_volatility__lte=1e6),
                name="chain_volatility_is_finite",
            ),
            models.CheckConstraint(
                # `isnull` is said each time: a comparison with NULL is unknown, and CHECK lets the unknown pass.
                condition=Q(forward__isnull=True, forward_source="")
                | Q(forward__isnull=False, forward__gt=0, discount__isnull=False, discount__gt=0.0),
                name="chain_forward_has_discount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.expiry} on {self.trading_date}"


class OptionQuote(models.Model):
    """One contract of a chain as its file told it, with our implied volatility or the reason why there is none.

    Open interest and volume count contracts of `lot_size` shares; fractions of a contract come from lot changes.
    """

    class Type(models.TextChoices):
        CALL = "call"
        PUT = "put"

    chain = models.ForeignKey(ChainSummary, on_delete=models.CASCADE, related_name="quotes", db_index=False)
    strike = models.DecimalField(max_digits=12, decimal_places=2)
    option_type = models.CharField(max_length=4, choices=Type.choices)
    lot_size = models.PositiveIntegerField(null=True)
    open_interest = models.FloatField(null=True)
    volume = models.PositiveBigIntegerField(null=True)
    close = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    settlement = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    bid = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    ask = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    published_volatility = models.FloatField(null=True)
    implied_volatility = models.FloatField(null=True)
    reason = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            # Also serves the chain's page: its quotes by strike.
            models.UniqueConstraint(fields=["chain", "strike", "option_type"], name="quote_once_per_chain"),
            models.CheckConstraint(
                condition=(Q(implied_volatility__isnull=True) & ~Q(reason=""))
                | Q(implied_volatility__isnull=False, implied_volatility__gt=0.0, reason="")
                & Q(implied_volatility__lte=1e6),
                name="quote_volatility_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.strike} {self.option_type}"
