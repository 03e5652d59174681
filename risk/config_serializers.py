"""Forms and shapes of the configuration's API."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from risk.config_effects import MOST_RECORDS, Effect
from risk.config_models import ConfigVersion
from risk.configuration import CHOICES, LIMITS, MEANING_OF_CHOICES
from riskplatform.lib.api import StrictSerializer


class ReasonField(serializers.CharField):
    """Why, for the colleague who reads the history."""

    def __init__(self) -> None:
        super().__init__(min_length=3, max_length=500)


class ChangeForm(StrictSerializer):
    """Values to change, by name; names left out keep the value in force."""

    values = serializers.DictField(allow_empty=False)
    reason = ReasonField()
    based_on = serializers.IntegerField(required=False, min_value=1, help_text="refuse when this is not in force")


class DryRunForm(StrictSerializer):
    """Values to try on the newest stored records."""

    values = serializers.DictField(allow_empty=False)
    records = serializers.IntegerField(default=20_000, min_value=1, max_value=MOST_RECORDS)


class RollBackForm(StrictSerializer):
    """The version whose values come back, as a new version."""

    version = serializers.IntegerField(min_value=1)
    reason = ReasonField()


class ChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    before = serializers.JSONField()
    after = serializers.JSONField()


class VersionSerializer(serializers.ModelSerializer[ConfigVersion]):
    """A stored version: its values, who made it and why, and what it changed against the one before."""

    version = serializers.IntegerField(source="number")
    author = serializers.CharField(source="author_name")
    changes = ChangeSerializer(many=True)

    class Meta:
        model = ConfigVersion
        fields = ["version", "values", "changes", "reason", "rolled_back_to", "author", "created_at"]
        read_only_fields = fields


class AdoptionSerializer(serializers.Serializer[Any]):
    """Which version a partition's worker uses, and since which record instant."""

    partition = serializers.IntegerField()
    run = serializers.IntegerField()
    version = serializers.IntegerField(source="version_id")
    adopted_at = serializers.DateTimeField()


class SettingSerializer(serializers.Serializer[Any]):
    """What a value means and between which limits it may lie."""

    name = serializers.CharField()
    meaning = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    least = serializers.FloatField(allow_null=True)
    most = serializers.FloatField(allow_null=True)
    choices = serializers.ListField(child=serializers.CharField(), allow_null=True)


class ConfigSerializer(VersionSerializer):
    """The version in force, where workers took it up, and what each value means."""

    adopted = AdoptionSerializer(many=True)
    settings = SettingSerializer(many=True)

    class Meta(VersionSerializer.Meta):
        fields = [*VersionSerializer.Meta.fields, "adopted", "settings"]
        read_only_fields = fields


class ProblemSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    sentence = serializers.CharField()


class ValidationSerializer(serializers.Serializer[Any]):
    """Whether values could be stored; `values` is the whole set, with the proposed ones put in when they are valid."""

    valid = serializers.BooleanField()
    problems = ProblemSerializer(many=True)
    based_on = serializers.IntegerField()
    values = serializers.DictField()


class CountSerializer(serializers.Serializer[Any]):
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    difference = serializers.IntegerField()


class EffectSerializer(serializers.Serializer[Effect]):
    """What the values would have done to the newest stored records; nothing was stored."""

    sentence = serializers.CharField()
    records = serializers.IntegerField()
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    changes = ChangeSerializer(many=True)
    severities = serializers.DictField(child=CountSerializer())
    alerts = CountSerializer()
    not_covered = serializers.ListField(child=serializers.CharField())


def setting_rows() -> list[Mapping[str, object]]:
    """Return what each value means, with its limits."""
    numbers: list[Mapping[str, object]] = [
        {"name": name, "meaning": limit.meaning, "unit": limit.unit, "least": limit.least, "most": limit.most,
         "choices": None}
        for name, limit in LIMITS.items()
    ]  # fmt: skip
    blank = {"unit": None, "least": None, "most": None}
    return numbers + [
        {"name": name, "meaning": MEANING_OF_CHOICES[name], **blank, "choices": list(choices)}
        for name, choices in CHOICES.items()
    ]
