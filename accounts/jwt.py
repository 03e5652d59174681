"""What our signed tokens say: their family and a stamp, never a role.  Signing and expiry are simplejwt's."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.models import TokenFamily, User


@dataclass(frozen=True)
class Claims:
    family: uuid.UUID
    stamp: str
    jti: str

    @classmethod
    def of(cls, token: Any) -> Self:
        return cls(uuid.UUID(str(token["family"])), str(token["stamp"]), str(token[api_settings.JTI_CLAIM]))

    def fits(self, user: User) -> bool:
        """Return whether the user's password and version are still those of the time of issue."""
        return constant_time_compare(self.stamp, user.token_stamp())


@dataclass(frozen=True)
class Signed:
    """A token as it travels, and the id that is in it."""

    text: str
    jti: str


def access_for(family: TokenFamily) -> Signed:
    return _signed(AccessToken(), family)


def refresh_for(family: TokenFamily, *, until: datetime) -> Signed:
    token = RefreshToken()
    token.set_exp(from_time=timezone.now(), lifetime=until - timezone.now())
    return _signed(token, family)


def read_access(text: str) -> Claims | None:
    """Return the claims of a valid access token; None for anything else, a refresh token included."""
    return _read(AccessToken, text)


def read_refresh(text: str) -> Claims | None:
    """Return the claims of a valid refresh token; None for anything else, an access token included."""
    return _read(RefreshToken, text)


def access_seconds() -> int:
    return int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds())


def _signed(token: Any, family: TokenFamily) -> Signed:
    token["family"] = str(family.pk)
    token["stamp"] = family.user.token_stamp()
    return Signed(str(token), str(token[api_settings.JTI_CLAIM]))


def _read(kind: Any, text: str) -> Claims | None:
    try:
        return Claims.of(kind(text))
    except (TokenError, KeyError, ValueError):
        return None
