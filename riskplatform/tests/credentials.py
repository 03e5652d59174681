"""Credentials of every bad kind, and service tokens, for tests."""

import base64
import json
from collections.abc import Collection
from datetime import timedelta

import time_machine
from django.utils import timezone

from accounts import service_token_services
from accounts.models import User
from accounts.tests.factories import token_pair


def expired(user: User) -> str:
    """Return an access token that was good two hours ago."""
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        return token_pair(user).access_token


def tampered(token: str, *, algorithm: str = "") -> str:
    """Return the token with another claim under the old signature, or under none."""
    head, body, signature = token.split(".")
    claims = {**json.loads(_decoded(body)), "role": "admin"}
    if algorithm:
        return f"{_encoded({'alg': algorithm, 'typ': 'JWT'})}.{body}."
    return f"{head}.{_encoded(claims)}.{signature}"


def service_token(owner: User, scopes: Collection[str]) -> str:
    """Return a fresh token of the owner."""
    until = timezone.now() + timedelta(days=1)
    issued = service_token_services.issue(name="test", owner_id=owner.pk, scopes=scopes, expires_at=until, by=owner)
    return issued.value


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
