"""The same key, sent again: answered again, not done again.  Tried on `POST users`, which makes a row each time."""

from typing import Any

import pytest
import redis
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import TokenFamily, User
from accounts.tests.conftest import ClientOf
from accounts.tests.factories import PASSWORD, access_token, make_user, token_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]

USERS, LOGIN = "/api/v1/users", "/api/v1/auth/login"


def form(name: str = "asha") -> dict[str, str]:
    return {"username": name, "email": f"{name}@desk.example", "password": PASSWORD}


def send(api: APIClient, key: str = "k1", name: str = "asha") -> Any:
    return api.post(USERS, form(name), format="json", headers={"Idempotency-Key": key})


def test_a_repeated_call_is_answered_again_and_not_done_again(client_of: ClientOf) -> None:
    admin = client_of("admin")

    first, second = send(admin), send(admin)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (first.headers.get("Idempotent-Replay"), second.headers["Idempotent-Replay"]) == (None, "true")
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert User.objects.filter(username="asha").count() == 1


def test_an_end_that_is_sent_again_is_answered_again_although_the_thing_is_gone(client_of: ClientOf) -> None:
    viewer = client_of("viewer")
    token_pair(User.objects.get())
    address = f"/api/v1/auth/sessions/{TokenFamily.objects.latest('created_at').pk}"

    answers = [viewer.delete(address, headers={"Idempotency-Key": "k1"}).status_code for _ in range(2)]

    assert answers == [204, 204]
    assert viewer.delete(address).status_code == 404


def test_without_a_key_nothing_is_remembered(client_of: ClientOf) -> None:
    admin = client_of("admin")

    assert [admin.post(USERS, form(), format="json").status_code for _ in range(2)] == [201, 400]


def test_another_body_under_the_same_key_is_refused(client_of: ClientOf) -> None:
    admin = client_of("admin")
    send(admin)

    response = send(admin, name="other")

    assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_reused")
    assert not User.objects.filter(username="other").exists()


def test_a_refusal_of_the_form_is_kept_too(client_of: ClientOf) -> None:
    admin = client_of("admin")
    send(admin, key="k0")

    first, second = send(admin), send(admin)

    assert (first.status_code, second.status_code, second.headers["Idempotent-Replay"]) == (400, 400, "true")


def test_a_key_belongs_to_one_credential(client_of: ClientOf) -> None:
    other = APIClient()
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(make_user('admin', username='second'))}")
    send(client_of("admin"))

    assert send(other, name="asha2").status_code == 201


def test_a_key_belongs_to_one_address_and_method(client_of: ClientOf) -> None:
    admin, user = client_of("admin"), make_user(username="b")
    send(admin)

    patched = admin.patch(f"{USERS}/{user.pk}", {"first_name": "B"}, format="json", headers={"Idempotency-Key": "k1"})

    assert patched.json()["first_name"] == "B"


def test_who_has_no_valid_credential_gets_no_old_answer(client_of: ClientOf) -> None:
    admin = client_of("admin")
    send(admin)
    TokenFamily.objects.update(revoked_at="2026-01-01T00:00:00Z", revoked_reason="signed_out")

    assert send(admin).status_code == 401
    assert send(APIClient()).status_code == 401


def test_a_cookie_without_the_csrf_token_gets_no_old_answer() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user("admin"))

    response = browser.post(USERS, form(), content_type="application/json", headers={"Idempotency-Key": "k1"})

    assert response.status_code == 403


def test_a_kind_of_form_that_the_api_does_not_read_is_refused_as_without_a_key(client: Client) -> None:
    client.force_login(make_user("admin"))

    assert client.post(USERS, form(), headers={"Idempotency-Key": "k1"}).status_code == 415


def test_a_browser_session_is_a_credential_too(client: Client) -> None:
    client.force_login(make_user("admin"))

    answers = [
        client.post(USERS, form(), content_type="application/json", headers={"Idempotency-Key": "k1"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 129, "a/b", "a\n"])
def test_a_key_that_is_none_is_a_bad_request(client_of: ClientOf, key: str) -> None:
    response = send(client_of("admin"), key=key)

    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_invalid")


def test_reading_ignores_the_header(client_of: ClientOf) -> None:
    assert client_of("admin").get(USERS, headers={"Idempotency-Key": "a b"}).status_code == 200


def test_answers_with_secrets_are_not_kept_and_need_no_bus(
    settings: Settings, redis_client: redis.Redis, redis_prefix: str
) -> None:
    make_user()
    body = {"username": "viewer", "password": PASSWORD}

    first, second = (
        APIClient().post(LOGIN, body, format="json", headers={"Idempotency-Key": "k1"}).json() for _ in range(2)
    )
    assert first["refresh_token"] != second["refresh_token"]
    assert list(redis_client.scan_iter(match=f"{redis_prefix}idempotency*")) == []
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert APIClient().post(LOGIN, body, format="json", headers={"Idempotency-Key": "k1"}).status_code == 200


@pytest.mark.parametrize("name", ["login", "refresh", "register", "password", "ws-ticket", "service-tokens"])
def test_every_route_that_hands_out_secrets_ignores_the_header(client_of: ClientOf, name: str) -> None:
    response = client_of("admin").post(f"/api/v1/auth/{name}", {}, format="json", headers={"Idempotency-Key": "a b"})

    assert response.json().get("code") != "idempotency_key_invalid"


def test_what_the_server_kept_expires_and_shows_no_credential(
    client_of: ClientOf, redis_client: redis.Redis, redis_prefix: str
) -> None:
    send(client_of("admin"))

    (key,) = list(redis_client.scan_iter(match=f"{redis_prefix}idempotency*"))

    assert 86_000 < int(str(redis_client.ttl(key))) <= 86_400
    assert PASSWORD not in str(redis_client.get(key))
