"""What an account must be like, in sentences for the person who fills in the form."""

from dataclasses import dataclass
from functools import partial

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from riskplatform.lib import errors

TAKEN = {
    "username": "A user with that name already exists.",
    "email": "A user with that e-mail address already exists.",
}
CHECKED = ["username", "email", "first_name", "last_name", "role"]


class FieldsRefused(errors.Invalid):
    """Values that cannot be; `fields` has the sentences of each."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        name, sentences = next(iter(fields.items()))
        super().__init__(f"{name}: {sentences[0]}")
        self.fields = fields


@dataclass(frozen=True)
class NewUser:
    username: str
    email: str
    password: str
    role: str
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True)
class Changes:
    """What to change of an account; None leaves it."""

    role: str | None = None
    is_active: bool | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None


def check_new(user: User, *, password: str) -> None:
    """Raise FieldsRefused with everything that is wrong with a new account, not only the first thing."""
    problems = _problems(user, set(CHECKED))
    try:
        validate_password(password, user)
    except ValidationError as weak:
        problems["password"] = list(weak.messages)
    if problems:
        raise FieldsRefused(problems)


def check_changed(user: User, changed: set[str]) -> None:
    """Raise FieldsRefused where a changed value cannot be."""
    if problems := _problems(user, changed):
        raise FieldsRefused(problems)


def check_password(user: User, *, password: str, field: str) -> None:
    """Raise FieldsRefused with the validators' sentences."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise FieldsRefused({field: list(weak.messages)}) from weak


def check_free(user: User) -> None:
    """Raise Django's ValidationError where another account has this name or address, whatever the case."""
    others = User.objects.exclude(pk=user.pk)
    taken = {
        name: [sentence]
        for name, sentence in TAKEN.items()
        if getattr(user, name) and others.filter(**{f"{name}__iexact": getattr(user, name)}).exists()
    }
    if taken:
        raise ValidationError(taken)


def _problems(user: User, names: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    unchecked = {field.name for field in User._meta.fields} - names
    for check in (partial(user.clean_fields, exclude=unchecked), partial(check_free, user)):
        try:
            check()
        except ValidationError as problem:
            found |= {name: sentences for name, sentences in problem.message_dict.items() if name not in found}
    return found
