import re

import pytest
import redis
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import services, tickets
from accounts.capabilities import CAPABILITIES
from accounts.doors import Door, DoorKind
from accounts.tests.factories import PASSWORD, make_user
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db

LOGIN, ME, TICKET = "/api/v1/auth/login", "/api/v1/auth/me", "/api/v1/auth/ws-ticket"
ROLES = ["admin", "analyst", "viewer"]


def bearer(api: APIClient, name: str) -> APIClient:
    token = api.post(LOGIN, {"username": name, "password": PASSWORD}, format="json").json()["access_token"]
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return api


@pytest.mark.parametrize("role", ROLES)
def test_login_gives_everyone_tokens(api: APIClient, role: str) -> None:
    make_user(role)

    response = api.post(LOGIN, {"username": role, "password": PASSWORD}, format="json")

    assert response.status_code == 200
    assert set(response.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (response.json()["token_type"], response.json()["expires_in"]) == ("bearer", 30 * 60)


@pytest.mark.parametrize("address", [LOGIN, LOGIN + "/"])
def test_login_takes_a_form_and_an_address_with_a_slash(address: str) -> None:
    make_user()

    response = Client().post(
        address, f"username=viewer&password={PASSWORD}", content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 200


def test_login_takes_an_email_address_whatever_its_case(api: APIClient) -> None:
    make_user()

    response = api.post(LOGIN, {"username": "Viewer@Desk.example", "password": PASSWORD}, format="json")

    assert response.status_code == 200


@pytest.mark.parametrize(("name", "password"), [("viewer", "wrong"), ("nobody", PASSWORD), ("x@y.z", PASSWORD)])
def test_bad_credentials_are_refused_alike(api: APIClient, name: str, password: str) -> None:
    make_user()

    response = api.post(LOGIN, {"username": name, "password": password}, format="json")

    assert response.status_code == 401
    assert response.json()["code"] == "bad_credentials"
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_deactivated_user_cannot_sign_in(api: APIClient) -> None:
    make_user(is_active=False)

    assert api.post(LOGIN, {"username": "viewer", "password": PASSWORD}, format="json").status_code == 401


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '"text"', "{}", '{"username": 1}', '{"username": "a\\u0000", "password": "b"}']
)
def test_a_malformed_login_is_a_bad_request(api: APIClient, body: str) -> None:
    response = api.post(LOGIN, body, content_type="application/json")

    assert response.status_code == 400
    assert {"code", "detail"} <= set(response.json())


def test_a_stale_token_does_not_stand_in_the_way_of_a_login(api: APIClient) -> None:
    make_user()
    api.credentials(HTTP_AUTHORIZATION="Bearer stale")

    assert api.post(LOGIN, {"username": "viewer", "password": PASSWORD}, format="json").status_code == 200


def test_logins_are_audited(api: APIClient) -> None:
    user = make_user()

    api.post(LOGIN, {"username": "viewer", "password": PASSWORD}, format="json")
    api.post(LOGIN, {"username": "viewer", "password": "wrong"}, format="json")

    found = list(AuditEntry.objects.in_order().values_list("action", "actor_id", "actor_name"))
    assert found == [("login", user.pk, "viewer"), ("login_failed", None, "viewer")]


@pytest.mark.parametrize("role", ROLES)
def test_me_says_who_you_are(api: APIClient, role: str) -> None:
    make_user(role)

    response = bearer(api, role).get(ME)

    assert response.status_code == 200
    assert (response.json()["username"], response.json()["role"]) == (role, role)
    assert set(response.json()["capabilities"]) == CAPABILITIES[role]


def test_me_reads_the_role_from_the_database_on_each_request(api: APIClient) -> None:
    user = make_user()
    bearer(api, "viewer")

    type(user).objects.filter(pk=user.pk).update(role="analyst")

    assert api.get(ME).json()["role"] == "analyst"


def test_a_token_of_a_deleted_user_is_refused(api: APIClient) -> None:
    user = make_user()
    bearer(api, "viewer")

    user.delete()

    assert api.get(ME).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_a_token_that_is_none_is_refused_in_our_shape(api: APIClient, token: str) -> None:
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    response = api.get(ME)

    assert response.status_code == 401
    assert isinstance(response.json()["code"], str) and isinstance(response.json()["detail"], str)


@pytest.mark.parametrize(("method", "address"), [("get", ME), ("post", TICKET)])
def test_nobody_gets_nothing(api: APIClient, method: str, address: str) -> None:
    response = getattr(api, method)(address)

    assert response.status_code == 401
    assert response.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.usefixtures("bus")
def test_a_ticket_names_its_user_once(api: APIClient, role: str) -> None:
    user = make_user(role)

    ticket = bearer(api, role).post(TICKET).json()["ticket"]

    holder = services.holder_of_ticket(ticket)
    assert holder is not None and holder.user == user
    assert services.holder_of_ticket(ticket) is None


@pytest.mark.usefixtures("bus")
def test_a_ticket_is_stored_hashed_and_expires(redis_client: redis.Redis, redis_prefix: str) -> None:
    ticket = tickets.issue(make_user(), door=Door(DoorKind.SESSION, "the-key-of-a-session"))

    (key,) = list(redis_client.scan_iter(match=f"{redis_prefix}*"))

    assert ticket.encode() not in key
    assert "session" not in str(redis_client.get(key))
    assert 0 < int(str(redis_client.ttl(key))) <= tickets.LIFETIME_SECONDS


@pytest.mark.usefixtures("bus")
def test_a_ticket_from_before_a_change_of_the_account_opens_nothing() -> None:
    user = make_user()
    ticket = tickets.issue(user, door=Door(DoorKind.SESSION, "any"))

    type(user).objects.filter(pk=user.pk).update(token_version=1)

    assert services.holder_of_ticket(ticket) is None


@pytest.mark.usefixtures("bus")
def test_a_ticket_of_a_user_who_was_deactivated_since_opens_nothing() -> None:
    user = make_user()
    ticket = tickets.issue(user, door=Door(DoorKind.SESSION, "any"))

    type(user).objects.filter(pk=user.pk).update(is_active=False)

    assert services.holder_of_ticket(ticket) is None


def test_without_the_bus_tickets_are_unavailable(api: APIClient, settings: Settings) -> None:
    make_user()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = bearer(api, "viewer").post(TICKET)

    assert response.status_code == 503
    assert response.json()["code"] == "tickets_unavailable"
    assert re.fullmatch(r"\d+", response.headers["Retry-After"])


def test_a_cookie_needs_the_csrf_token_to_get_a_ticket() -> None:
    make_user()
    browser = Client(enforce_csrf_checks=True)
    browser.login(username="viewer", password=PASSWORD)

    assert browser.post(TICKET).status_code == 403


def test_an_unknown_address_of_the_api_is_json() -> None:
    response = Client().get("/api/v1/nothing")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
