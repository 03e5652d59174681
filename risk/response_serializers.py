"""What the risk endpoints answer, for the schema.  They shape nothing: `risk/messages.py` and `risk/stats.py` do."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from risk.models import Severity, State


class RiskUpdateSerializer(serializers.Serializer[Any]):
    """One symbol at one instant; moves and costs in percent."""

    id = serializers.IntegerField(allow_null=True)
    run = serializers.IntegerField()
    symbol = serializers.CharField()
    risk_score = serializers.FloatField(min_value=0.0, max_value=1.0)
    severity = serializers.ChoiceField(choices=Severity.choices)
    state = serializers.ChoiceField(choices=State.choices)
    timestamp = serializers.DateTimeField()
    tick_time = serializers.DateTimeField()
    price = serializers.FloatField()
    change_percent = serializers.FloatField(allow_null=True)
    expected_move = serializers.FloatField()
    protection_cost = serializers.FloatField()
    horizon_minutes = serializers.FloatField()
    source = serializers.CharField()  # type: ignore[assignment]  # declared fields are not attributes of the class
    live = serializers.BooleanField()


class FeedSerializer(serializers.Serializer[Any]):
    """The newest run that is judged, until when, and how long ago that was."""

    run = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # declared fields are not attributes of the class
    judged_at = serializers.DateTimeField(allow_null=True)
    behind_ms = serializers.IntegerField(allow_null=True)


@extend_schema_serializer(many=False)  # the page itself, not a page of pages
class LiveRiskPageSerializer(serializers.Serializer[Any]):
    results = RiskUpdateSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    feed = FeedSerializer()


class ReadingSerializer(serializers.Serializer[Any]):
    """A feature; `age` in seconds, `rank` the share of the `rank_minutes` minutes before that were lower."""

    value = serializers.FloatField(allow_null=True)
    n = serializers.FloatField()
    coverage = serializers.FloatField()
    age = serializers.FloatField(allow_null=True)
    family = serializers.CharField()
    unit = serializers.CharField()
    window = serializers.CharField()
    normal = serializers.FloatField(allow_null=True)
    rank = serializers.FloatField(allow_null=True)
    rank_minutes = serializers.IntegerField()


class RecordDetailSerializer(RiskUpdateSerializer):
    """A record and why it says so."""

    engine_version = serializers.CharField()
    model_version = serializers.CharField()
    decomposition = serializers.DictField(child=serializers.FloatField(), allow_null=True)
    features_at = serializers.DateTimeField(allow_null=True)
    features = serializers.DictField(child=ReadingSerializer())


class SeverityCountsSerializer(serializers.Serializer[Any]):
    NORMAL = serializers.IntegerField()
    LOW = serializers.IntegerField()
    MEDIUM = serializers.IntegerField()
    HIGH = serializers.IntegerField()
    CRITICAL = serializers.IntegerField()


class StateCountsSerializer(serializers.Serializer[Any]):
    OK = serializers.IntegerField()
    STALE = serializers.IntegerField()
    PRIOR = serializers.IntegerField()
    CLOSED = serializers.IntegerField()
    HALTED = serializers.IntegerField()


class HighestSerializer(serializers.Serializer[Any]):
    symbol = serializers.CharField()
    risk_score = serializers.FloatField()


class NowSerializer(serializers.Serializer[Any]):
    """The newest records of the run; `breadth` is the share of symbols that are MEDIUM or above."""

    instant = serializers.DateTimeField(allow_null=True)
    symbols = serializers.IntegerField()
    severities = SeverityCountsSerializer()
    states = StateCountsSerializer()
    highest = HighestSerializer(allow_null=True)
    mean = serializers.FloatField(allow_null=True)
    breadth = serializers.FloatField(allow_null=True)


class BucketSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField()
    records = serializers.IntegerField()
    mean = serializers.FloatField()
    max = serializers.FloatField()
    breadth = serializers.FloatField(help_text="share of records that are MEDIUM or above")
    market_share = serializers.FloatField(
        allow_null=True, help_text="market-wide share of the points that lift scores above their normal"
    )
    severities = SeverityCountsSerializer()


class SymbolStatsSerializer(serializers.Serializer[Any]):
    """A symbol within the range; `last` is the score at the end of `last_minute`."""

    symbol = serializers.CharField()
    records = serializers.IntegerField()
    mean = serializers.FloatField()
    max = serializers.FloatField()
    min = serializers.FloatField()
    last = serializers.FloatField()
    last_minute = serializers.DateTimeField()
    severities = SeverityCountsSerializer()


class StatsSerializer(serializers.Serializer[Any]):
    """Statistics of one run; null and empty before the first record.  The range is whole buckets, `to` excluded."""

    run = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # as above
    now = NowSerializer()
    # `from` is a word of Python's own.
    locals()["from"] = serializers.DateTimeField(allow_null=True)
    to = serializers.DateTimeField(allow_null=True)
    bucket_minutes = serializers.IntegerField()
    buckets = BucketSerializer(many=True)
    symbols = SymbolStatsSerializer(many=True)
