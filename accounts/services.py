"""Signing in, by whichever door, and its trace in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken
from rest_framework_simplejwt.utils import get_md5_hash_password

from accounts import tickets
from accounts.models import User
from audit import services as audit
from riskplatform.lib import errors


class BadCredentials(errors.NotAuthenticated):
    code = "bad_credentials"


@dataclass(frozen=True)
class TokenPair:
    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "bearer"


def sign_in(request: HttpRequest, *, identifier: str, password: str) -> TokenPair:
    """Return tokens for a user name or e-mail address.

    Raises BadCredentials, with one sentence for a wrong name, a wrong password and a deactivated user.
    """
    user = check_credentials(request, identifier=identifier, password=password)
    if user is None:
        raise BadCredentials("The name or the password is wrong, or the account is not active.")
    with transaction.atomic():
        user_logged_in.send(sender=User, request=request, user=user)
        refresh = RefreshToken.for_user(user)
    lifetime: timedelta = api_settings.ACCESS_TOKEN_LIFETIME
    return TokenPair(str(refresh.access_token), str(refresh), expires_in=int(lifetime.total_seconds()))


def check_credentials(request: HttpRequest | None, *, identifier: str, password: str) -> User | None:
    """Return the active user whose name or e-mail address and password these are.

    An unknown identifier still costs one password hash, so that answering time betrays no account.
    """
    username = identifier
    if "@" in identifier:
        found = User.objects.filter(email__iexact=identifier).values_list("username", flat=True).first()
        username = found or identifier
    user = authenticate(request, username=username, password=password)
    return user if isinstance(user, User) else None


def user_of_ticket(ticket: str) -> User | None:
    """Redeem a socket ticket (once) and return its active user."""
    user_id = tickets.redeem(ticket)
    return User.objects.filter(pk=user_id, is_active=True).first() if user_id else None


def user_of_access_token(token: str) -> User | None:
    """Return the active user of a valid access token; a token from before a password change is not valid."""
    try:
        claims = AccessToken(token)  # type: ignore[arg-type]  # the stubs ask for a Token, the code reads text
        user = User.objects.filter(pk=claims[api_settings.USER_ID_CLAIM], is_active=True).first()
    except (TokenError, KeyError, ValueError):
        return None
    if user and api_settings.CHECK_REVOKE_TOKEN:
        fresh = claims.get(api_settings.REVOKE_TOKEN_CLAIM) == get_md5_hash_password(user.password)
        return user if fresh else None
    return user


def audit_login(sender: object, request: HttpRequest | None, user: User, **_: Any) -> None:
    audit.record(action="login", actor=user, object_type="user", object_id=user.pk, detail={"door": _door(request)})


def audit_logout(sender: object, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None:
        audit.record(action="logout", actor=user, object_type="user", object_id=user.pk)


def audit_failed_login(
    sender: object, credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    name = str(credentials.get("username", ""))[:150]
    audit.record(action="login_failed", actor_name=name, object_type="user", detail={"door": _door(request)})


def _door(request: HttpRequest | None) -> str:
    return request.path[:64] if request is not None else "code"
