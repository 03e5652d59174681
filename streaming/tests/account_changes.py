"""Changes after which an account's sockets must not stay open."""

from accounts import password_services, user_services
from accounts.account_rules import Changes
from accounts.models import User
from accounts.tests.factories import PASSWORD


def demote(user: User) -> None:
    user_services.change(pk=user.pk, changes=Changes(role="viewer"), by=user)


def deactivate(user: User) -> None:
    user_services.change(pk=user.pk, changes=Changes(is_active=False), by=user)


def new_password(user: User) -> None:
    password_services.change(user, current=PASSWORD, new="quite-another-password", address=None)


def delete(user: User) -> None:
    user_services.delete(pk=user.pk, by=user)
