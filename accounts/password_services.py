"""Changing one's own password, and setting that of who has forgotten it."""

import uuid

from django.db import transaction

from accounts import account_rules as rules
from accounts import family_services
from accounts import throttle_services as throttle
from accounts.models import User
from audit import services as audit
from riskplatform.lib import errors


def change(user: User, *, current: str, new: str, address: str | None, keep_family: uuid.UUID | None = None) -> User:
    """Set a new password for who knows the current one, and end everything else that the old one had opened.

    `keep_family` is the API sign-in that asks; its tokens end like all others, but it can be issued new ones.
    Raises FieldsRefused and TooManyAttempts: whoever finds an open screen must not guess the password there.
    """
    limits = throttle.password_limits(user_id=user.pk, address=address)
    throttle.reserve(limits, who=user.username)
    if not user.check_password(current):
        audit.record(action="password_change_refused", actor=user, object_type="user", object_id=user.pk)
        raise rules.FieldsRefused({"current_password": ["This is not your current password."]})
    throttle.succeeded(limits)
    return _set(user, new=new, keep_family=keep_family)


@transaction.atomic
def reset(*, username: str, new: str, by_name: str) -> None:
    """Set a password without knowing the old one, and end everything.  Raises Missing and FieldsRefused."""
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise errors.Missing("There is no such user.")
    _store(user, new=new)
    audit.record(action="password_reset", actor_name=by_name, object_type="user", object_id=user.pk)
    family_services.end_all(user)


@transaction.atomic
def _set(known: User, *, new: str, keep_family: uuid.UUID | None) -> User:
    user = User.objects.select_for_update().get(pk=known.pk)
    if user.password != known.password or user.token_version != known.token_version:
        raise errors.Conflict("The account was changed in the meantime. Sign in again.")
    _store(user, new=new)
    audit.record(action="password_changed", actor=user, object_type="user", object_id=user.pk)
    family_services.end_all(user, but=keep_family)
    return user


def _store(user: User, *, new: str) -> None:
    rules.check_password(user, password=new, field="new_password")
    user.set_password(new)
    user.token_version += 1
    user.save(update_fields=["password", "token_version"])
