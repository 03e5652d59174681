"""Shapes of the alerts' statistics."""

from typing import Any

from rest_framework import serializers


class CountsSerializer(serializers.Serializer[Any]):
    """How many alerts of one severity stand in each state."""

    firing = serializers.IntegerField()
    recovering = serializers.IntegerField()
    open = serializers.IntegerField()
    acknowledged = serializers.IntegerField()
    resolved = serializers.IntegerField()
    total = serializers.IntegerField()


class NoiseSerializer(serializers.Serializer[Any]):
    """How many alerts a rule or symbol had, and how many of them were false."""

    name = serializers.CharField()
    alerts = serializers.IntegerField()
    false_alarms = serializers.IntegerField()


class AlertStatsSerializer(serializers.Serializer[Any]):
    """Counts by the severity at the peak, and how long people took, in seconds of wall clock; null without any.

    Of the alerts raised from `from` on and before `to`, by wall clock.  `false_alarm_rate` is the share of `data_issue`
    and `model` among what was classified, `other` left out.
    """

    total = serializers.IntegerField()
    firing = serializers.IntegerField()
    recovering = serializers.IntegerField()
    open = serializers.IntegerField()
    acknowledged = serializers.IntegerField()
    resolved = serializers.IntegerField()
    by_severity = serializers.DictField(child=CountsSerializer())
    mean_seconds_to_acknowledge = serializers.FloatField(allow_null=True)
    mean_seconds_to_resolve = serializers.FloatField(allow_null=True)
    by_classification = serializers.DictField(child=serializers.IntegerField())
    false_alarm_rate = serializers.FloatField(allow_null=True)
    noisiest_rules = NoiseSerializer(many=True)
    noisiest_symbols = NoiseSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python's own, so that it cannot stand in the class body.
        return {"from": serializers.DateTimeField(), "to": serializers.DateTimeField(), **super().get_fields()}


class AlertBucketSerializer(serializers.Serializer[Any]):
    """How many alerts opened in the bucket that begins at `start`, by the severity at their peak."""

    start = serializers.DateTimeField()
    alerts = serializers.IntegerField()
    severities = serializers.DictField(child=serializers.IntegerField())


class AlertCountsSerializer(serializers.Serializer[Any]):
    """Buckets in which an alert opened, of whole buckets from `from` to `to` in log time; null where there is none."""

    bucket_minutes = serializers.IntegerField()
    run = serializers.IntegerField(allow_null=True)
    buckets = AlertBucketSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        bounds = {name: serializers.DateTimeField(allow_null=True) for name in ("from", "to")}
        return {**bounds, **super().get_fields()}
