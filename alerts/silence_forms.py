"""Silences on the wire: what making one takes, and what is shown of it."""

import django_filters
from django.utils import timezone
from rest_framework import serializers

from alerts.models import Alert
from alerts.notification_models import ALERT_LEVELS
from alerts.silence_models import Silence, SilenceQuerySet
from riskplatform.lib.api import StrictSerializer

MOST_NAMES = 500


class SilenceForm(StrictSerializer):
    """What is silenced, why and until when; at least one of the scope's four parts is named.

    Without `max_severity` a silence reaches up to HIGH.  CRITICAL takes an administrator.
    """

    symbols = serializers.ListField(child=serializers.CharField(max_length=32), max_length=MOST_NAMES, required=False)
    exchanges = serializers.ListField(child=serializers.CharField(max_length=8), max_length=20, required=False)
    rules = serializers.ListField(
        child=serializers.ChoiceField(choices=Alert.Rule.choices), max_length=50, required=False
    )
    max_severity = serializers.ChoiceField(choices=ALERT_LEVELS, required=False)
    reason = serializers.CharField(
        max_length=500, error_messages={"required": "A silence takes a reason.", "blank": "A silence takes a reason."}
    )
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(error_messages={"required": "A silence has an end."})


class SilenceShape(serializers.ModelSerializer[Silence]):
    """A silence.  Empty lists leave their part open; `ended_at` is null unless somebody ended it early."""

    symbols = serializers.ListField(child=serializers.CharField())
    exchanges = serializers.ListField(child=serializers.CharField())
    rules = serializers.ListField(child=serializers.CharField())
    state = serializers.SerializerMethodField()

    class Meta:
        model = Silence
        fields = [
            "id", "state", "symbols", "exchanges", "rules", "max_severity", "reason", "author", "starts_at", "ends_at",
            "ended_at", "ended_by", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_state(self, silence: Silence) -> str:
        """Return `pending`, `active` or `over`, as of now."""
        return silence.state(at=timezone.now())


class SilenceFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """`state`: of which state as of now."""

    state = django_filters.ChoiceFilter(choices=Silence.State.choices, method="of_state")

    class Meta:
        model = Silence
        fields: list[str] = []

    def of_state(self, rows: SilenceQuerySet, name: str, state: str) -> SilenceQuerySet:
        return rows.in_state(state, at=timezone.now())
