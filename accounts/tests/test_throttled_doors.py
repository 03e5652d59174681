"""Every door that takes a password is counted and locked as one, for parallel guesses too."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import throttle_services as throttle
from accounts.models import Attempts, User
from accounts.tests.factories import PASSWORD, make_user
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db

LOGIN = "/api/v1/auth/login"


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.SIGN_IN_ATTEMPTS_PER_NAME, settings.SIGN_IN_ATTEMPTS_PER_ADDRESS = 3, 6


def sign_in(name: str = "viewer", password: str = "wrong", **headers: Any) -> Any:
    return APIClient().post(LOGIN, {"username": name, "password": password}, format="json", **headers)


def statuses(tries: int, name: str = "viewer", **headers: str) -> list[int]:
    return [sign_in(name, **headers).status_code for _ in range(tries)]


def test_the_sign_in_page_is_locked_with_the_api() -> None:
    make_user()
    statuses(3)

    response = Client().post("/login", {"username": "viewer", "password": PASSWORD})

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "Too many attempts" in response.text


def test_the_page_counts_for_the_api() -> None:
    for _ in range(3):
        Client().post("/login", {"username": "viewer", "password": "wrong"})

    assert statuses(1) == [429]


def test_the_admin_has_no_door_of_its_own() -> None:
    response = Client().post("/admin/login/?next=/admin/audit/", {"username": "viewer", "password": "wrong"})

    assert (response.status_code, response.headers["Location"]) == (302, "/login?next=%2Fadmin%2Faudit%2F")
    assert not Attempts.objects.exists()


def test_who_is_signed_in_and_not_staff_is_told_so_instead_of_sent_in_circles(client: Client) -> None:
    client.force_login(make_user())

    assert client.get("/admin/", follow=True).status_code == 403


def test_a_check_from_code_is_counted_too() -> None:
    make_user()
    for _ in range(3):
        authenticate(username="viewer", password="wrong")

    with pytest.raises(throttle.TooManyAttempts):
        authenticate(username="viewer", password=PASSWORD)


def test_signing_in_works_without_the_bus(settings: Settings) -> None:
    make_user()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert sign_in(password=PASSWORD).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_never_checked_more_often_than_the_limit(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIGN_IN_ATTEMPTS_PER_ADDRESS = 1000
    make_user()
    checked: list[str] = []
    check = User.check_password

    def counted(user: User, password: str) -> bool:
        checked.append(password)
        return check(user, password)

    monkeypatch.setattr(User, "check_password", counted)

    together = threading.Barrier(24)

    def guess(number: int) -> int:
        together.wait(20)
        try:
            return int(sign_in(password=f"guess{number}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(guess, range(24)))

    assert (len(checked), answers.count(401), answers.count(429)) == (3, 3, 21)
    assert AuditEntry.objects.filter(action="sign_in_throttled").count() == 1
