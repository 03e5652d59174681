from collections.abc import Callable

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import access_token, make_user

ClientOf = Callable[[str], APIClient]


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def bus(settings: Settings, redis_url: str, redis_prefix: str) -> None:
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = redis_url, redis_prefix


@pytest.fixture
def client_of() -> ClientOf:
    """Return a client with an access token of the role, or of nobody; people are made once."""

    def client(role: str) -> APIClient:
        made = APIClient()
        if role != "nobody":
            user = User.objects.filter(username=role).first() or make_user(role)
            made.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(user)}")
        return made

    return client


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The users whose revocation was sent to the web processes."""
    sent: list[int] = []
    monkeypatch.setattr(
        "riskplatform.lib.broadcast.publish",
        lambda kind, facts: sent.extend(fact["user_id"] for fact in facts if kind == "revocation"),
    )
    return sent
