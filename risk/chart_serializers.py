"""What the addresses for charts answer, for the schema; `risk/chart_queries.py` shapes it."""

from typing import Any

from rest_framework import serializers


class SymbolTrendSerializer(serializers.Serializer[Any]):
    """The score at the end of each minute from `from` on; null where the symbol has no record."""

    symbol = serializers.CharField()
    closes = serializers.ListField(child=serializers.FloatField(allow_null=True))


class TrendSerializer(serializers.Serializer[Any]):
    """Scores of one run, minute by minute; null and empty before the first minute has passed.  `to` is excluded."""

    run = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # declared fields are not attributes of the class
    # `from` is a word of Python's own.
    locals()["from"] = serializers.DateTimeField(allow_null=True)
    to = serializers.DateTimeField(allow_null=True)
    minutes = serializers.IntegerField()
    symbols = SymbolTrendSerializer(many=True)


class PriceBarSerializer(serializers.Serializer[Any]):
    """A bucket of stored minutes; `score` is the last stored in it, `is_warm_up` says from before the first tick."""

    start = serializers.DateTimeField()
    open = serializers.FloatField()
    high = serializers.FloatField()
    low = serializers.FloatField()
    close = serializers.FloatField()
    volume = serializers.FloatField(allow_null=True)
    ticks = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    is_warm_up = serializers.BooleanField()


class BarsSerializer(serializers.Serializer[Any]):
    """Prices of one symbol in one run; null and empty before its first minute.  `to` is excluded."""

    symbol = serializers.CharField()
    run = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # as above
    # As above.
    locals()["from"] = serializers.DateTimeField(allow_null=True)
    to = serializers.DateTimeField(allow_null=True)
    bucket_minutes = serializers.IntegerField()
    bars = PriceBarSerializer(many=True)
