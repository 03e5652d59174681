"""The one place where a password is checked at sign-in: every door that calls `authenticate` is counted and locked."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts import client_address
from accounts import throttle_services as throttle
from accounts.models import User


class AccountBackend(ModelBackend):
    """Takes a user name or an e-mail address.  Raises TooManyAttempts, for a right password as for a wrong one."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or password is None:
            return None
        limits = throttle.sign_in_limits(identifier=username, address=client_address.of(request))
        throttle.reserve(limits, who=username)
        user = _user_with(username, password)
        if user is not None:
            throttle.succeeded(limits)
        return user


def _user_with(identifier: str, password: str) -> User | None:
    user = _find(identifier)
    if user is None:
        User().set_password(password)  # costs what a check costs, so that answering time betrays no account
        return None
    return user if user.check_password(password) and user.is_active else None


def _find(identifier: str) -> User | None:
    if "@" not in identifier:
        return User.objects.filter(username=User.normalize_username(identifier)).first()
    user = User.objects.filter(email__iexact=identifier).first()
    # The database may hold more letters for equal than we do, and each spelling would get its own count of attempts.
    return user if user and throttle.normalised(user.email) == throttle.normalised(identifier) else None
