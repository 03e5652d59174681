"""Shapes of the alerts' API; its forms are in `verb_forms`."""

from typing import Any

from rest_framework import serializers

from alerts.models import ALERT_SEVERITIES, Alert, AlertEvent, Classification, Phase, Status


class SilencedBySerializer(serializers.Serializer[Any]):
    """The silence that withholds an alert's notifications."""

    id = serializers.IntegerField()
    author = serializers.CharField()
    reason = serializers.CharField()
    ends_at = serializers.DateTimeField()


class AlertSerializer(serializers.ModelSerializer[Alert]):
    """An episode: the machine's half (`phase`) and the people's half (`status`), which do not depend on each other.

    `symbol` is null where all symbols are concerned.  A rule other than the score has a `summary` and no scores.
    `silenced_by` and `inhibited_by`, the id of the market index's alert, say what withholds its notifications.
    """

    symbol = serializers.CharField(allow_null=True)
    summary = serializers.CharField()
    opening_score = serializers.FloatField(source="opening.risk_score", default=None, allow_null=True)
    record_id = serializers.IntegerField(source="opening.id", default=None, allow_null=True)
    # Empty until somebody has resolved the alert.
    classification = serializers.ChoiceField(choices=[("", "not said"), *Classification.choices], read_only=True)

    silenced_by = SilencedBySerializer(allow_null=True)

    class Meta:
        model = Alert
        fields = [
            "id", "symbol", "rule", "summary", "severity", "peak_severity", "opening_score", "peak_score", "driver",
            "crossings", "phase", "status", "source", "run", "config_version", "record_id", "opened_at", "peak_at",
            "ended_at", "end_reason", "raised_at", "acknowledged_by", "acknowledged_at", "resolved_by", "resolved_at",
            "classification", "assignee", "snoozed_until", "silenced_by", "inhibited_by", "note",
        ]  # fmt: skip
        read_only_fields = fields


class AlertDetailSerializer(AlertSerializer):
    """An episode with copies of the records that opened it and that it peaked at."""

    opening = serializers.JSONField()
    peak = serializers.JSONField()

    class Meta(AlertSerializer.Meta):
        fields = [*AlertSerializer.Meta.fields, "opening", "peak"]
        read_only_fields = fields


class AlertEventSerializer(serializers.ModelSerializer[AlertEvent]):
    """A line of the timeline; `at` is log time, null for what people did."""

    class Meta:
        model = AlertEvent
        fields = ["id", "kind", "actor", "before", "after", "note", "detail", "at", "recorded_at"]
        read_only_fields = fields


SEVERITY_CHOICES = [(severity.value, severity.value) for severity in ALERT_SEVERITIES]
STATUS_CHOICES = Status.choices
PHASE_CHOICES = Phase.choices
CLASSIFICATION_CHOICES = Classification.choices
