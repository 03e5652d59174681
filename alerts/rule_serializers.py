"""Forms and shapes of the rules' API; what a rule may be is decided in `risk.alert_rule_checks`."""

from typing import Any

from rest_framework import serializers

from alerts.rule_trial import DEFAULT_RECORDS, DEFAULT_SESSIONS, MOST_RECORDS, MOST_SESSIONS, Trial
from risk.alert_kinds import KINDS, LEVELS, PARTS
from risk.config_serializers import ReasonField
from riskplatform.lib.api import StrictSerializer


class ReasonForm(StrictSerializer):
    """Why, and on which version it is based."""

    reason = ReasonField()
    based_on = serializers.IntegerField(required=False, min_value=1, help_text="refuse when this is not in force")


class LevelField(serializers.FloatField):
    """A level; a whole number that no float can hold is refused, too."""

    def __init__(self) -> None:
        super().__init__(allow_null=True, required=False)

    def to_internal_value(self, data: Any) -> float:
        try:
            return super().to_internal_value(data)
        except OverflowError:
            self.fail("invalid")


class RuleForm(StrictSerializer):
    """A rule.  `enter` and `exit` are in the unit of its kind; a built-in rule has none of its own."""

    key = serializers.CharField(max_length=32)
    kind = serializers.ChoiceField(choices=list(KINDS))
    severity = serializers.ChoiceField(choices=list(LEVELS), required=False)
    enabled = serializers.BooleanField(required=False)
    exchange = serializers.CharField(allow_blank=True, max_length=8, required=False)
    symbols = serializers.ListField(child=serializers.CharField(max_length=32), required=False)
    enter = LevelField()
    exit = LevelField()
    pending_seconds = serializers.IntegerField(required=False)
    keep_seconds = serializers.IntegerField(required=False)
    window = serializers.CharField(allow_blank=True, max_length=16, required=False)
    schedule = serializers.ListField(child=serializers.ChoiceField(choices=list(PARTS)), required=False)


class NewRuleForm(ReasonForm, RuleForm):
    """A rule of a new key."""


class ChangedRuleForm(ReasonForm, RuleForm):
    """Other values of the rule in the address; what is left out has its default."""

    key = serializers.CharField(max_length=32, required=False)
    kind = serializers.ChoiceField(choices=list(KINDS), required=False)


class RuleTrialForm(RuleForm):
    """A rule to try on what is stored: the newest records for the score, whole sessions of minutes for the rest."""

    key = serializers.CharField(max_length=32, default="proposed")
    records = serializers.IntegerField(default=DEFAULT_RECORDS, min_value=1, max_value=MOST_RECORDS)
    sessions = serializers.IntegerField(default=DEFAULT_SESSIONS, min_value=1, max_value=MOST_SESSIONS)


class RuleSerializer(RuleForm):
    """A rule, what it measures and where, and how many of its alerts go on.

    `settings` are the values of the configuration that stand for a built-in rule's levels.
    """

    is_built_in = serializers.BooleanField()
    meaning = serializers.CharField()
    unit = serializers.CharField()
    rises = serializers.BooleanField()
    judged_where = serializers.CharField()
    settings = serializers.DictField()
    going = serializers.IntegerField()


class RuleListSerializer(serializers.Serializer[Any]):
    """The rules of the configuration in force."""

    version = serializers.IntegerField()
    rules = RuleSerializer(many=True)


class RuleAnswerSerializer(serializers.Serializer[Any]):
    """One rule, and the version of the configuration that it is of."""

    version = serializers.IntegerField()
    rule = RuleSerializer()


class DayCountSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    alerts = serializers.IntegerField()


class SymbolCountSerializer(serializers.Serializer[Any]):
    symbol = serializers.CharField()
    alerts = serializers.IntegerField()


class TrialSerializer(serializers.Serializer[Trial]):
    """How often a rule would have opened an alert; nothing was stored.

    `precision` is the share of a score rule's alerts after which the price touched the barrier within the horizon, of
    the `decided` whose horizon is over; null for other kinds and where none is decided.
    """

    alerts = serializers.IntegerField()
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    judged = serializers.IntegerField(help_text="records, or minutes of symbols, whose measure was known")
    per_day = DayCountSerializer(many=True)
    per_symbol = SymbolCountSerializer(many=True)
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)
    unknown_symbols = serializers.ListField(child=serializers.CharField())
    precision = serializers.FloatField(allow_null=True)
    decided = serializers.IntegerField()
    undecided = serializers.IntegerField()
    not_covered = serializers.ListField(child=serializers.CharField())
