"""What the address of the market's status answers, for the schema; `streaming/market_status.py` shapes it."""

from typing import Any

from rest_framework import serializers

from riskplatform.lib.health import WORSE
from streaming.models import FeedRun
from streaming.source_serializers import FEED_STATES

PHASES = ("pre_open", "open", "closing_auction", "post_close", "closed", "not_covered", "unknown")


class PhaseSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=PHASES)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    starts_ist = serializers.CharField()
    ends_ist = serializers.CharField()


class NextSessionSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()


class ExchangeDaySerializer(serializers.Serializer[Any]):
    """An exchange's day at `now`; `next_phase` begins at `next_at`, in `seconds_to_next`."""

    exchange = serializers.CharField()
    now = serializers.DateTimeField()
    now_ist = serializers.CharField()
    day = serializers.DateField()
    is_covered = serializers.BooleanField()
    is_trading_day = serializers.BooleanField()
    phase = serializers.ChoiceField(choices=PHASES)
    phases = PhaseSerializer(many=True)
    next_phase = serializers.ChoiceField(choices=PHASES, allow_null=True)
    next_at = serializers.DateTimeField(allow_null=True)
    seconds_to_next = serializers.IntegerField(allow_null=True)
    next_session = NextSessionSerializer(allow_null=True)


class ExchangeSerializer(ExchangeDaySerializer):
    """By the wall clock; holidays are those on weekdays that are ahead."""

    holidays = serializers.ListField(child=serializers.DateField())
    calendar_ends = serializers.DateField()


class MarketSessionSerializer(serializers.Serializer[Any]):
    phase = serializers.ChoiceField(choices=PHASES)
    until = serializers.DateTimeField(allow_null=True)


class MarketSerializer(serializers.Serializer[Any]):
    """The market that the feed lives in; `day` is null in the simulated one, whose sessions follow one another."""

    source = serializers.ChoiceField(choices=FeedRun.Source.choices, allow_null=True)  # type: ignore[assignment]  # declared fields are not attributes of the class
    clock = serializers.ChoiceField(choices=["wall", "log"])
    now = serializers.DateTimeField(allow_null=True)
    session = MarketSessionSerializer()
    seconds_to_next = serializers.IntegerField(allow_null=True)
    day = ExchangeDaySerializer(allow_null=True)


class HeartbeatSerializer(serializers.Serializer[Any]):
    """What the socket's heartbeat says."""

    server_time = serializers.DateTimeField()
    feed_state = serializers.ChoiceField(choices=FEED_STATES)
    source = serializers.ChoiceField(choices=FeedRun.Source.choices, allow_null=True)  # type: ignore[assignment]  # as above
    run = serializers.IntegerField(allow_null=True)
    judged_at = serializers.DateTimeField(allow_null=True)
    pipeline_lag_ms = serializers.IntegerField(allow_null=True)
    log_time = serializers.DateTimeField(allow_null=True)
    session = MarketSessionSerializer()


class ProviderSerializer(serializers.Serializer[Any]):
    """What the feed said of its ticks when it last reported; counts are of the run."""

    run = serializers.IntegerField()
    reported_at = serializers.DateTimeField()
    reported_seconds_ago = serializers.FloatField()
    ticks_read = serializers.IntegerField()
    ticks_accepted = serializers.IntegerField()
    ticks_per_second = serializers.FloatField(allow_null=True)
    refused = serializers.DictField(child=serializers.IntegerField())
    gaps = serializers.IntegerField()
    last_tick_at = serializers.DateTimeField(allow_null=True)
    last_tick_age_seconds = serializers.FloatField(allow_null=True)


class WorkersSerializer(serializers.Serializer[Any]):
    """Since when worker and beat have not reported, null where never; `silent` names those over their time."""

    worker_silent_seconds = serializers.FloatField(allow_null=True)
    beat_silent_seconds = serializers.FloatField(allow_null=True)
    silent = serializers.ListField(child=serializers.ChoiceField(choices=["worker", "beat"]))
    committed_at = serializers.DateTimeField(allow_null=True)
    records_written = serializers.IntegerField()


class ComponentSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=WORSE)
    detail = serializers.CharField(allow_blank=True)


class MarketStatusSerializer(serializers.Serializer[Any]):
    """How the market, the feed and the platform's parts stand."""

    server_time = serializers.DateTimeField()
    exchanges = ExchangeSerializer(many=True)
    market = MarketSerializer()
    feed = HeartbeatSerializer()
    provider = ProviderSerializer(allow_null=True)
    workers = WorkersSerializer()
    components = ComponentSerializer(many=True)
