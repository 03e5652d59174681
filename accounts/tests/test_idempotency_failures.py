"""What a key does when something fails: the bus, the call, or the patience of a second caller."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import idempotency, user_services
from accounts.models import User
from accounts.tests.conftest import ClientOf
from accounts.tests.factories import PASSWORD
from riskplatform.lib import errors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]

USERS, LOGIN = "/api/v1/users", "/api/v1/auth/login"


def form(name: str = "asha") -> dict[str, str]:
    return {"username": name, "email": f"{name}@desk.example", "password": PASSWORD}


def send(api: APIClient, key: str = "k1", name: str = "asha") -> Any:
    return api.post(USERS, form(name), format="json", headers={"Idempotency-Key": key})


def test_without_the_bus_only_who_sent_a_key_is_refused(client_of: ClientOf, settings: Settings) -> None:
    admin = client_of("admin")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    with_key, without = send(admin), admin.post(USERS, form("b"), format="json")

    assert (with_key.status_code, with_key.json()["code"]) == (503, "idempotency_unavailable")
    assert with_key.headers["Retry-After"] == "5"
    assert without.status_code == 201


def test_a_failure_of_ours_gives_the_key_back(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = client_of("admin")

    def away(*args: object, **options: object) -> User:
        raise errors.Unavailable("Not now.")

    with monkeypatch.context() as broken:
        broken.setattr(user_services, "create", away)
        assert send(admin).status_code == 503

    assert send(admin).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_second_call_while_the_first_is_worked_on_is_told_so(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = client_of("admin")
    entered, go_on = threading.Event(), threading.Event()
    create = user_services.create

    def slow(*args: object, **options: object) -> User:
        entered.set()
        assert go_on.wait(20)
        return create(*args, **options)  # type: ignore[arg-type]

    def first_call() -> int:
        try:
            return int(send(admin).status_code)
        finally:
            connection.close()

    monkeypatch.setattr(user_services, "create", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(first_call)
        assert entered.wait(20)
        second = send(admin)
        go_on.set()

    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_progress")
    assert first.result() == 201
    assert send(admin).headers["Idempotent-Replay"] == "true"


def test_the_answer_goes_out_although_it_could_not_be_kept(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    admin = client_of("admin")
    create = user_services.create

    def then_the_bus_dies(*args: object, **options: object) -> User:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        return create(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(user_services, "create", then_the_bus_dies)

    assert send(admin).status_code == 201


def test_an_answer_too_large_is_not_kept(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "LARGEST_ANSWER", 10)
    admin = client_of("admin")

    assert [send(admin).status_code for _ in range(2)] == [201, 400]
