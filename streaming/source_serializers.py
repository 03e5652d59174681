"""What the address of the market's source takes and answers, for the schema; `streaming/source_facts.py` shapes it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from risk.config_serializers import ReasonField
from riskplatform.lib.api import StrictSerializer
from streaming.feed_pace import parse_speed
from streaming.models import FeedRun, SourceOutcome

SLOWEST, FASTEST = 1.0, 60.0
MODES = ("demo", "replay", "live")
FEED_STATES = ("live", "stale", "closed", "simulated", "replay", "stalled", "unknown", "frozen")
_SPEED = {
    "oneOf": [{"type": "number", "minimum": SLOWEST, "maximum": FASTEST}, {"type": "string", "enum": ["max"]}],
    "description": "how many times as fast as recorded; max: as fast as it is scored",
}


@extend_schema_field(_SPEED)
class SpeedField(serializers.Field):  # type: ignore[type-arg]  # generic in the stubs only
    """How fast a recording passes, as the text that the feed reads."""

    default_error_messages = {"invalid": f"Must be a number from {SLOWEST:g} to {FASTEST:g}, or max."}

    def to_internal_value(self, data: Any) -> str:
        if data == "max":
            return "max"
        if isinstance(data, bool) or not isinstance(data, int | float) or not SLOWEST <= data <= FASTEST:
            self.fail("invalid")
        return f"{float(data):g}"

    def to_representation(self, value: str) -> float | str:
        return "max" if value == "max" else parse_speed(value)


class ReplayForm(StrictSerializer):
    """Which recording, by its name, and how fast."""

    file = serializers.CharField(max_length=200)
    speed = SpeedField()


class SourceForm(StrictSerializer):
    """Which market is to be fed; `symbols` empty: all.  `replay` is needed for a replay, and only for one."""

    mode = serializers.ChoiceField(choices=MODES)
    symbols = serializers.ListField(child=serializers.CharField(max_length=32), default=list, max_length=500)
    replay = ReplayForm(required=False, allow_null=True, default=None)
    reason = ReasonField()
    based_on = serializers.IntegerField(required=False, min_value=0, help_text="refuse when this is not in force")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["mode"] == "replay" and not attrs["replay"]:
            raise serializers.ValidationError({"replay": ["A replay needs a file and a speed."]})
        if attrs["mode"] != "replay" and attrs["replay"]:
            raise serializers.ValidationError({"replay": ["Only a replay has a file and a speed."]})
        return attrs


class ReplaySerializer(serializers.Serializer[Any]):
    file = serializers.CharField()
    speed = SpeedField()


class RunningSerializer(serializers.Serializer[Any]):
    """The run that is open; `first` and `last` are the recording's, `progress` the share of it that is scored."""

    run = serializers.IntegerField()
    source = serializers.ChoiceField(choices=FeedRun.Source.choices)  # type: ignore[assignment]  # declared fields are not attributes of the class
    description = serializers.CharField()
    since = serializers.DateTimeField()
    follows_choice = serializers.BooleanField()
    log_time = serializers.DateTimeField(allow_null=True)
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)
    progress = serializers.FloatField(allow_null=True)


class ModeSerializer(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(choices=MODES)
    available = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)


class RecordingSerializer(serializers.Serializer[Any]):
    """A file that may be replayed; `problem` says why it cannot be."""

    file = serializers.CharField()
    size_bytes = serializers.IntegerField()
    day = serializers.DateField(allow_null=True)
    problem = serializers.CharField(allow_null=True)


class SourceSerializer(serializers.Serializer[Any]):
    """The choice in force, what came of it, what is running, and what may be chosen.  Version 0: nobody chose yet."""

    version = serializers.IntegerField()
    mode = serializers.ChoiceField(choices=MODES)
    symbols = serializers.ListField(child=serializers.CharField())
    replay = ReplaySerializer(allow_null=True)
    chosen_by = serializers.CharField(allow_null=True)
    chosen_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=["pending", *SourceOutcome.State.values])
    problem = serializers.CharField(allow_null=True)
    feed_state = serializers.ChoiceField(choices=FEED_STATES)
    running = RunningSerializer(allow_null=True)
    modes = ModeSerializer(many=True)
    recordings = RecordingSerializer(many=True)
    recordings_problem = serializers.CharField(allow_null=True)
    most_symbols = serializers.IntegerField()
