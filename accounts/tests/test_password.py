import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import password_services
from accounts.models import User
from accounts.tests.conftest import ClientOf
from accounts.tests.factories import PASSWORD, access_token, make_user, token_pair
from audit.models import AuditEntry
from riskplatform.lib import errors

pytestmark = pytest.mark.django_db

ADDRESS, ME, REFRESH = "/api/v1/auth/password", "/api/v1/auth/me", "/api/v1/auth/refresh"
NEW = "quite-another-password"


def body(**changes: object) -> dict[str, object]:
    return {"current_password": PASSWORD, "new_password": NEW, **changes}


def status_of(token: str) -> int:
    return APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {token}").status_code


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 200), ("viewer", 200), ("nobody", 401)])
def test_everybody_changes_their_own_password(client_of: ClientOf, role: str, status: int) -> None:
    assert client_of(role).post(ADDRESS, body(), format="json").status_code == status


def test_the_caller_gets_new_tokens_and_every_other_sign_in_ends(api: APIClient, client: Client) -> None:
    user = make_user()
    client.force_login(user)
    mine, other = token_pair(user), token_pair(user)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {mine.access_token}")

    response = api.post(ADDRESS, body(), format="json")

    assert response.headers["Cache-Control"] == "no-store"
    assert status_of(response.json()["access_token"]) == 200
    assert status_of(mine.access_token) == status_of(other.access_token) == 401
    for old in (mine.refresh_token, other.refresh_token):
        assert api.post(REFRESH, {"refresh_token": old}, format="json").status_code == 401
    assert client.get("/").headers["Location"] == "/login?next=/"
    assert AuditEntry.objects.in_order().last().action == "password_changed"  # type: ignore[union-attr]


def test_an_old_refresh_token_after_the_change_does_not_end_the_new_tokens(api: APIClient) -> None:
    mine = token_pair(make_user())
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {mine.access_token}")
    fresh = api.post(ADDRESS, body(), format="json").json()

    api.post(REFRESH, {"refresh_token": mine.refresh_token}, format="json")

    assert status_of(fresh["access_token"]) == 200


def test_a_browser_session_goes_on_and_another_one_ends(client: Client) -> None:
    user, other = make_user(), Client()
    client.force_login(user)
    other.force_login(user)

    response = client.post(ADDRESS, body(), content_type="application/json")

    assert response.status_code == 204
    assert client.get(ME).status_code == 200
    assert other.get(ME).status_code == 401


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"current_password": "wrong"}, "current_password"),
        ({"new_password": "short"}, "new_password"),
        ({"new_password": "viewer@desk.example"}, "new_password"),
        ({"is_superuser": True}, "is_superuser"),
        ({"role": "admin"}, "role"),
        ({"username": "admin"}, "username"),
    ],
)
def test_what_cannot_be_is_refused_on_its_field(client_of: ClientOf, changes: dict[str, object], field: str) -> None:
    response = client_of("viewer").post(ADDRESS, body(**changes), format="json")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]
    assert User.objects.get().check_password(PASSWORD)


def test_guessing_the_password_at_an_open_screen_is_limited(client_of: ClientOf, settings: Settings) -> None:
    settings.SIGN_IN_ATTEMPTS_PER_NAME = 2
    viewer = client_of("viewer")
    for _ in range(2):
        viewer.post(ADDRESS, body(current_password="wrong"), format="json")

    response = viewer.post(ADDRESS, body(), format="json")

    assert response.status_code == 429
    assert User.objects.get().check_password(PASSWORD)
    actions = list(AuditEntry.objects.in_order().values_list("action", flat=True))
    assert actions == ["password_change_refused", "password_change_refused", "sign_in_throttled"]


def test_a_change_that_crosses_another_is_refused() -> None:
    user = make_user()
    User.objects.filter(pk=user.pk).update(token_version=7)

    with pytest.raises(errors.Conflict):
        password_services.change(user, current=PASSWORD, new=NEW, address=None)


def test_the_new_password_opens_and_the_old_one_does_not(api: APIClient) -> None:
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(make_user())}")
    api.post(ADDRESS, body(), format="json")

    sign_ins = [
        APIClient().post("/api/v1/auth/login", {"username": "viewer", "password": password}, format="json").status_code
        for password in (NEW, PASSWORD)
    ]

    assert sign_ins == [200, 401]
