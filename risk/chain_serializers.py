"""What the address of option chains answers, for the schema; `risk/chain_queries.py` shapes it."""

from typing import Any

from rest_framework import serializers

from risk.models import ForwardSource, OptionQuote


class GreeksSerializer(serializers.Serializer[Any]):
    """Of long one option on one unit; rupees, theta by calendar day, vega by 0.01 of volatility."""

    price = serializers.FloatField(allow_null=True)
    delta = serializers.FloatField(allow_null=True)
    gamma = serializers.FloatField(allow_null=True)
    vega_per_point = serializers.FloatField(allow_null=True)
    theta_per_day = serializers.FloatField(allow_null=True)
    rho = serializers.FloatField(allow_null=True)


class ChainQuoteSerializer(serializers.Serializer[Any]):
    """One contract; `reason` says why there is no implied volatility, and then there are no Greeks either."""

    strike = serializers.FloatField()
    option_type = serializers.ChoiceField(choices=OptionQuote.Type.choices)
    log_moneyness = serializers.FloatField(allow_null=True)
    is_out_of_the_money = serializers.BooleanField(allow_null=True)
    lot_size = serializers.IntegerField(allow_null=True)
    open_interest = serializers.FloatField(allow_null=True)
    volume = serializers.IntegerField(allow_null=True)
    close = serializers.FloatField(allow_null=True)
    settlement = serializers.FloatField(allow_null=True)
    bid = serializers.FloatField(allow_null=True)
    ask = serializers.FloatField(allow_null=True)
    published_volatility = serializers.FloatField(allow_null=True)
    implied_volatility = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    greeks = GreeksSerializer(allow_null=True)


class ExpirySerializer(serializers.Serializer[Any]):
    expiry = serializers.DateField()
    years = serializers.FloatField(allow_null=True)
    atm_volatility = serializers.FloatField(allow_null=True)
    quotes_used = serializers.IntegerField()


class ChainSerializer(ExpirySerializer):
    """One expiry on the newest stored day; volatilities are decimals per year, null where they were refused."""

    exchange = serializers.CharField()
    trading_date = serializers.DateField()
    observed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    underlying_price = serializers.FloatField(allow_null=True)
    forward = serializers.FloatField(allow_null=True)
    forward_source = serializers.ChoiceField(choices=ForwardSource.choices, allow_null=True)
    forward_error = serializers.FloatField(allow_null=True)
    discount = serializers.FloatField(allow_null=True)
    skew_25 = serializers.FloatField(allow_null=True)
    butterfly_25 = serializers.FloatField(allow_null=True)
    term_slope = serializers.FloatField(allow_null=True)
    fit_error = serializers.FloatField(allow_null=True)
    refused = serializers.DictField(child=serializers.IntegerField())
    flags = serializers.ListField(child=serializers.CharField())
    source_file = serializers.CharField()
    quotes = ChainQuoteSerializer(many=True)


class ImpliedFactsSerializer(serializers.Serializer[Any]):
    """What the score reads: the nearest expiry at least two days away; `rank` among `rank_days` stored days."""

    trading_date = serializers.DateField()
    atm_volatility = serializers.FloatField()
    years = serializers.FloatField()
    term_slope = serializers.FloatField(allow_null=True)
    skew_25 = serializers.FloatField(allow_null=True)
    quotes = serializers.IntegerField()
    rank = serializers.FloatField(allow_null=True)
    rank_days = serializers.IntegerField()


class ChainAnswerSerializer(serializers.Serializer[Any]):
    """The chain, or null and the reason; `expiries` are those of the same day."""

    symbol = serializers.CharField()
    chain = ChainSerializer(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    expiries = ExpirySerializer(many=True)
    facts = ImpliedFactsSerializer(allow_null=True)
