"""What each act of a person takes."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from alerts.models import Classification
from riskplatform.lib.api import StrictSerializer

LONGEST_NOTE = 2000
LONGEST_SNOOZE_MINUTES = 1_875  # five sessions


class NoteForm(StrictSerializer):
    """What the person has to say, if anything."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE, default="")


class ResolveForm(StrictSerializer):
    """What the alert turned out to be, and why."""

    classification = serializers.ChoiceField(
        choices=Classification.choices,
        error_messages={"required": f"Resolving says what it was: one of {', '.join(Classification.values)}."},
    )
    note = serializers.CharField(
        max_length=LONGEST_NOTE, error_messages={"required": "Resolving takes a note that says why."}
    )


class CommentForm(StrictSerializer):
    note = serializers.CharField(max_length=LONGEST_NOTE)


class AssignForm(NoteForm):
    """Whose the alert is to be: a user name, or null for nobody's."""

    assignee = serializers.CharField(max_length=254, allow_null=True)

    def validate_assignee(self, name: str | None) -> User | None:
        if name is None:
            return None
        found = User.objects.filter(username=name).first()
        if found is None:
            raise serializers.ValidationError("There is no user of that name.")
        return found


class SnoozeForm(NoteForm):
    """For how many minutes of open market, or until which instant of log time."""

    minutes = serializers.IntegerField(required=False, min_value=1, max_value=LONGEST_SNOOZE_MINUTES)
    until = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("minutes" in attrs) == ("until" in attrs):
            raise serializers.ValidationError({"minutes": ["Give either minutes or until."]})
        return attrs
