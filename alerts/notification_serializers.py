"""Forms and shapes of the notifications' API."""

from typing import Any

from rest_framework import serializers

from alerts.models import ALERT_SEVERITIES
from alerts.notification_models import ESCALATED_LEVELS, Channel, EscalationStep
from alerts.notifications.preference_services import ALL_SOURCES
from alerts.notifications.quiet import PHASES
from alerts.outbox_models import Delivery, Notice
from riskplatform.lib.api import StrictSerializer

SEVERITIES = [(severity.value, severity.value) for severity in ALERT_SEVERITIES]
MOST_NAMED = 500


class DeliveryShape(serializers.ModelSerializer[Delivery]):
    """The last message of a channel: whether it arrived, and what the receiver said."""

    class Meta:
        model = Delivery
        fields = ["state", "attempts", "due_at", "sent_at", "answer", "last_error"]
        read_only_fields = fields


class ChannelShape(serializers.ModelSerializer[Channel]):
    """A channel; never its secret.  `is_shared`: it is the desk's."""

    is_shared = serializers.SerializerMethodField()
    last_delivery = serializers.SerializerMethodField()

    class Meta:
        model = Channel
        fields = [
            "id", "kind", "name", "address", "minimum_severity", "is_enabled", "is_shared", "created_at",
            "last_delivery",
        ]  # fmt: skip
        read_only_fields = fields

    def get_is_shared(self, channel: Channel) -> bool:
        return channel.owner_id is None

    def get_last_delivery(self, channel: Channel) -> dict[str, Any] | None:
        newest = self.context.get("last_deliveries", {}).get(channel.pk)
        return None if newest is None else dict(DeliveryShape(newest).data)


class MadeChannelShape(ChannelShape):
    """A channel with its signing secret, shown this once; empty for a kind that has none of ours."""

    secret = serializers.CharField(allow_blank=True)

    class Meta(ChannelShape.Meta):
        fields = [*ChannelShape.Meta.fields, "secret"]
        read_only_fields = fields


class NewChannelForm(StrictSerializer):
    """A new channel; what `address` and `secret` are depends on the kind."""

    kind = serializers.ChoiceField(choices=Channel.Kind.choices)
    name = serializers.CharField(max_length=60)
    address = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    secret = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    minimum_severity = serializers.ChoiceField(choices=SEVERITIES, default="HIGH")
    is_shared = serializers.BooleanField(default=False)


class ChannelForm(StrictSerializer):
    """What may be changed of a channel; what is left out stays."""

    name = serializers.CharField(max_length=60, required=False)
    address = serializers.CharField(max_length=2000, required=False)
    secret = serializers.CharField(max_length=200, required=False)
    minimum_severity = serializers.ChoiceField(choices=SEVERITIES, required=False)
    is_enabled = serializers.BooleanField(required=False)


class PreferenceShape(serializers.Serializer[Any]):
    """One's own preferences.  Hours are in IST."""

    symbols = serializers.ListField(child=serializers.CharField())
    tells_endings = serializers.BooleanField()
    quiet_from = serializers.TimeField(allow_null=True)
    quiet_to = serializers.TimeField(allow_null=True)
    quiet_phases = serializers.ListField(child=serializers.CharField())
    quiet_holds_critical = serializers.BooleanField()


class PreferenceForm(StrictSerializer):
    """What may be changed of one's preferences; what is left out stays."""

    symbols = serializers.ListField(child=serializers.CharField(max_length=32), max_length=MOST_NAMED, required=False)
    tells_endings = serializers.BooleanField(required=False)
    quiet_from = serializers.TimeField(allow_null=True, required=False)
    quiet_to = serializers.TimeField(allow_null=True, required=False)
    quiet_phases = serializers.ListField(child=serializers.ChoiceField(choices=PHASES), max_length=8, required=False)
    quiet_holds_critical = serializers.BooleanField(required=False)


class NoticeShape(serializers.ModelSerializer[Notice]):
    """One entry of one's list: what happened, in a sentence, and whether it has been read."""

    text = serializers.SerializerMethodField()
    symbol = serializers.CharField(source="facts.symbol", default=None, allow_null=True)

    class Meta:
        model = Notice
        fields = ["id", "event", "severity", "symbol", "text", "alert_id", "created_at", "read_at"]
        read_only_fields = fields

    def get_text(self, notice: Notice) -> str:
        return notice.sentence


class ReadForm(StrictSerializer):
    """Which entries have been read; all of them without `ids`."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=MOST_NAMED, required=False
    )


class MarkedShape(serializers.Serializer[Any]):
    marked = serializers.IntegerField()


class StepForm(StrictSerializer):
    """One person of the escalation's order, by user id."""

    user = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    delay_minutes = serializers.IntegerField(min_value=1, max_value=10_000)
    minimum_severity = serializers.ChoiceField(choices=ESCALATED_LEVELS, default="HIGH")


class StepShape(serializers.ModelSerializer[EscalationStep]):
    username = serializers.CharField(source="user.username")

    class Meta:
        model = EscalationStep
        fields = ["position", "user", "username", "delay_minutes", "minimum_severity"]
        read_only_fields = fields


class PolicyForm(StrictSerializer):
    """What may be changed of how the desk is told; `escalation` replaces the whole order."""

    group_seconds = serializers.IntegerField(min_value=0, max_value=600, required=False)
    repeat_hours = serializers.IntegerField(min_value=1, max_value=168, required=False)
    keep_days = serializers.IntegerField(min_value=7, max_value=3650, required=False)
    sources = serializers.ListField(child=serializers.ChoiceField(choices=ALL_SOURCES), max_length=3, required=False)
    escalation = serializers.ListField(child=StepForm(), max_length=20, required=False)


class PolicyShape(serializers.Serializer[Any]):
    """How the desk is told, and whom an unacknowledged alert goes to."""

    group_seconds = serializers.IntegerField()
    repeat_hours = serializers.IntegerField()
    keep_days = serializers.IntegerField()
    sources = serializers.ListField(child=serializers.CharField())
    escalation = StepShape(many=True)
