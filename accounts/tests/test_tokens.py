"""Access and refresh tokens: what counts, what ends, and what betrays a theft."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import family_services
from accounts.models import TokenFamily, User
from accounts.tests.factories import make_user, token_pair
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db

ME, REFRESH, LOGOUT = "/api/v1/auth/me", "/api/v1/auth/refresh", "/api/v1/auth/logout"


def me(token: str) -> int:
    return APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {token}").status_code


def refresh(api: APIClient, token: str) -> dict[str, str]:
    answer: dict[str, str] = api.post(REFRESH, {"refresh_token": token}, format="json").json()
    return answer


def test_a_refresh_gives_a_pair_that_works(api: APIClient) -> None:
    pair = token_pair(make_user())

    response = api.post(REFRESH, {"refresh_token": pair.refresh_token}, format="json")

    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert set(response.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert response.json()["refresh_token"] != pair.refresh_token
    assert me(response.json()["access_token"]) == 200


def test_a_second_use_of_a_refresh_token_ends_the_family_and_is_audited(
    api: APIClient, published: list[int], django_capture_on_commit_callbacks: object
) -> None:
    user = make_user()
    first = token_pair(user)
    second = refresh(api, first.refresh_token)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = api.post(REFRESH, {"refresh_token": first.refresh_token}, format="json")

    assert (response.status_code, response.json()["code"]) == (401, "token_not_valid")
    assert me(second["access_token"]) == me(first.access_token) == 401
    assert "code" in refresh(api, second["refresh_token"])
    assert list(AuditEntry.objects.values_list("action", "actor_id")) == [("refresh_reuse_detected", user.pk)]
    assert published == [user.pk]


@pytest.mark.django_db(transaction=True)
def test_of_two_parallel_uses_one_succeeds() -> None:
    token = token_pair(make_user()).refresh_token
    together = threading.Barrier(8)

    def use(_: int) -> bool:
        together.wait(20)
        try:
            family_services.rotate(token)
        except family_services.TokenNotValid:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(use, range(8)))

    assert outcomes.count(True) == 1
    assert TokenFamily.objects.get().revoked_reason == "refresh_reuse"


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(api: APIClient) -> None:
    pair = token_pair(make_user())

    assert me(pair.refresh_token) == 401
    assert api.post(REFRESH, {"refresh_token": pair.access_token}, format="json").status_code == 401


def test_no_token_says_the_role() -> None:
    pair = token_pair(make_user("admin"))

    for token in (pair.access_token, pair.refresh_token):
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        assert set(claims) == {"token_type", "exp", "iat", "jti", "family", "stamp"}


def test_the_table_holds_no_token() -> None:
    pair = token_pair(make_user())
    claims = json.loads(base64.urlsafe_b64decode(pair.refresh_token.split(".")[1] + "=="))

    stored = TokenFamily.objects.values().get()

    assert claims["jti"] not in str(stored) and pair.refresh_token not in str(stored)


@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": 1, "x": 2}, []])
def test_a_malformed_refresh_is_a_bad_request(api: APIClient, body: object) -> None:
    assert api.post(REFRESH, body, format="json").status_code == 400


@pytest.mark.parametrize("token", ["x", "a.b.c", "rst_x_y", "e30.e30.e30"])
def test_a_refresh_token_that_is_none_is_refused(api: APIClient, token: str) -> None:
    assert api.post(REFRESH, {"refresh_token": token}, format="json").status_code == 401


@pytest.mark.parametrize("change", ["delete", "deactivate"])
def test_who_is_gone_is_refused_not_an_error(api: APIClient, change: str) -> None:
    user = make_user()
    pair = token_pair(user)

    user.delete() if change == "delete" else User.objects.filter(pk=user.pk).update(is_active=False)

    assert me(pair.access_token) == 401
    assert api.post(REFRESH, {"refresh_token": pair.refresh_token}, format="json").status_code == 401


def test_a_password_changed_past_the_services_ends_tokens_too(api: APIClient) -> None:
    user = make_user()
    pair = token_pair(user)

    User.objects.filter(pk=user.pk).update(password=make_password("another-password"))

    assert me(pair.access_token) == 401
    assert api.post(REFRESH, {"refresh_token": pair.refresh_token}, format="json").status_code == 401


def test_a_new_version_of_an_account_ends_its_tokens(api: APIClient) -> None:
    user = make_user()
    pair = token_pair(user)

    User.objects.filter(pk=user.pk).update(token_version=1)

    assert me(pair.access_token) == 401
    assert api.post(REFRESH, {"refresh_token": pair.refresh_token}, format="json").status_code == 401


def test_tokens_end_with_their_time(api: APIClient) -> None:
    pair = token_pair(make_user())

    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert me(pair.access_token) == 401
        assert "access_token" in refresh(api, pair.refresh_token)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert "code" in refresh(api, pair.refresh_token)


def test_however_often_it_is_refreshed_a_family_lives_thirty_days(api: APIClient) -> None:
    pair = token_pair(make_user())
    TokenFamily.objects.update(created_at=timezone.now() - timedelta(days=29, hours=23))

    refresh(api, pair.refresh_token)

    assert TokenFamily.objects.get().expires_at < timezone.now() + timedelta(hours=2)


def test_a_request_with_a_token_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token = token_pair(make_user()).access_token

    with django_assert_num_queries(1):
        assert me(token) == 200
