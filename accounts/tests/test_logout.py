"""Signing out of the API: at once, and only what was meant."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.tests.factories import make_user, token_pair
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db

ME, REFRESH, LOGOUT = "/api/v1/auth/me", "/api/v1/auth/refresh", "/api/v1/auth/logout"


def me(token: str) -> int:
    return APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {token}").status_code


def refresh(api: APIClient, token: str) -> dict[str, str]:
    answer: dict[str, str] = api.post(REFRESH, {"refresh_token": token}, format="json").json()
    return answer


@pytest.mark.parametrize(("role", "status"), [("admin", 204), ("analyst", 204), ("viewer", 204), ("nobody", 401)])
def test_logging_out_ends_both_tokens_at_once(api: APIClient, role: str, status: int) -> None:
    pair = token_pair(make_user("viewer" if role == "nobody" else role, username="someone"))
    api.credentials(**({} if role == "nobody" else {"HTTP_AUTHORIZATION": f"Bearer {pair.access_token}"}))

    response = api.post(LOGOUT)

    assert response.status_code == status
    assert me(pair.access_token) == (200 if role == "nobody" else 401)
    assert ("code" in refresh(api, pair.refresh_token)) == (role != "nobody")


def test_logging_out_leaves_other_sign_ins_alone_unless_they_are_named(api: APIClient) -> None:
    user = make_user()
    one, other, third = (token_pair(user) for _ in range(3))
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {one.access_token}")

    api.post(LOGOUT, {"refresh_token": other.refresh_token}, format="json")

    assert (me(one.access_token), me(other.access_token), me(third.access_token)) == (401, 401, 200)
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["logout", "logout"]


def test_nobody_logs_somebody_else_out(api: APIClient) -> None:
    mine, theirs = token_pair(make_user()), token_pair(make_user("analyst"))
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {mine.access_token}")

    api.post(LOGOUT, {"refresh_token": theirs.refresh_token}, format="json")

    assert me(theirs.access_token) == 200


def test_logging_out_of_a_browser_session_by_the_api_ends_the_session(client: Client) -> None:
    client.force_login(make_user())

    assert client.post(LOGOUT, content_type="application/json").status_code == 204
    assert client.get("/").headers["Location"] == "/login?next=/"


@pytest.mark.parametrize("field", ["role", "is_superuser", "user", "family", "token_version"])
def test_a_field_that_the_form_does_not_have_is_refused_and_nobody_is_signed_out(api: APIClient, field: str) -> None:
    pair = token_pair(make_user())
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access_token}")

    response = api.post(LOGOUT, {field: 1}, format="json")

    assert (response.status_code, list(response.json()["fields"])) == (400, [field])
    assert me(pair.access_token) == 200
