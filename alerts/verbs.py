"""What people can do to an alert: what each act asks for, and the service that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rest_framework import serializers

from accounts.models import User
from alerts import people_services as people
from alerts import snooze_services as snoozes
from alerts.models import Alert
from alerts.verb_forms import AssignForm, CommentForm, NoteForm, ResolveForm, SnoozeForm

Asked = Mapping[str, Any]


@dataclass(frozen=True)
class Verb:
    """A form, what is done with what it read, and the word for having done it."""

    form: type[serializers.Serializer[Any]]
    act: Callable[[int, User, Asked], Alert]
    done: str

    def carry_out(self, alert_id: int, by: User, asked: Any) -> Alert:
        """Read what was asked and do it.  Raises ValidationError, and what the service raises."""
        form = self.form(data=asked)
        form.is_valid(raise_exception=True)
        return self.act(alert_id, by, form.validated_data)


VERBS: Final = {
    "acknowledge": Verb(NoteForm, lambda pk, by, asked: people.acknowledge(pk, by=by, **asked), "Acknowledged."),
    "resolve": Verb(ResolveForm, lambda pk, by, asked: people.resolve(pk, by=by, **asked), "Resolved."),
    "reopen": Verb(NoteForm, lambda pk, by, asked: people.reopen(pk, by=by, **asked), "Open again."),
    "comment": Verb(CommentForm, lambda pk, by, asked: people.comment(pk, by=by, **asked), "Commented."),
    "snooze": Verb(SnoozeForm, lambda pk, by, asked: snoozes.snooze(pk, by=by, **asked), "Snoozed."),
    "unsnooze": Verb(NoteForm, lambda pk, by, asked: snoozes.unsnooze(pk, by=by, **asked), "Not snoozed any more."),
    "assign": Verb(
        AssignForm,
        lambda pk, by, asked: people.assign(pk, by=by, to=asked["assignee"], note=asked["note"]),
        "Handed over.",
    ),
}
