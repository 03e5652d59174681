"""Guessing is slow, at every door, for parallel guesses too, and betrays nothing."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Attempts
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


def test_a_right_password_is_refused_too_until_the_lock_out_passes() -> None:
    make_user()
    assert statuses(3) == [401, 401, 401]

    refused = sign_in(password=PASSWORD)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert 850 <= int(refused.headers["Retry-After"]) <= 900
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1), tick=False):
        assert sign_in(password=PASSWORD).status_code == 200


def test_a_refused_try_does_not_prolong_the_lock_out() -> None:
    statuses(3)
    ends_at = Attempts.objects.get(kind="name").ends_at

    statuses(2)

    assert Attempts.objects.get(kind="name").ends_at == ends_at


def test_tries_are_forgotten_only_when_there_were_none_for_the_whole_time() -> None:
    statuses(2)

    with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=False):
        assert statuses(2) == [401, 429]


def test_success_clears_the_count_of_the_name() -> None:
    make_user()
    statuses(2)

    assert sign_in(password=PASSWORD).status_code == 200
    assert statuses(3) == [401, 401, 401]


def test_a_success_does_not_wash_away_what_its_address_guessed_elsewhere() -> None:
    make_user()
    statuses(3, "one")
    sign_in(password=PASSWORD)
    statuses(3, "two")

    assert statuses(1, "three") == [429]


def test_successes_do_not_use_up_an_address() -> None:
    make_user()

    assert [sign_in(password=PASSWORD).status_code for _ in range(8)] == [200] * 8


def test_an_unknown_name_is_locked_like_a_known_one() -> None:
    make_user()

    known, unknown = statuses(4), statuses(4, "nobody", REMOTE_ADDR="192.0.2.7")

    assert known == unknown == [401, 401, 401, 429]


@pytest.mark.parametrize("name", ["VIEWER", " viewer ", "ｖiewer"])
def test_another_spelling_of_a_name_is_no_new_name(name: str) -> None:
    statuses(3)

    assert statuses(1, name) == [429]


def test_no_letter_that_the_database_takes_for_another_opens_a_second_count() -> None:
    make_user(username="kim")

    # PostgreSQL's UPPER makes an I of the dotless i, so it finds the account; we count the spellings apart.
    assert sign_in("k\u0131m@desk.example", PASSWORD).status_code == 401


def test_hammering_at_a_locked_name_does_not_use_up_the_address_of_colleagues() -> None:
    statuses(10)

    assert statuses(1, "colleague") == [401]


def test_an_address_is_limited_over_all_names() -> None:
    assert [statuses(1, f"name{number}")[0] for number in range(7)] == [401] * 6 + [429]
    assert statuses(1, "another", REMOTE_ADDR="192.0.2.7") == [401]


def test_a_forged_forwarded_header_is_no_other_address() -> None:
    answers = [sign_in(f"name{n}", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code for n in range(7)]

    assert answers[-1] == 429


def test_behind_a_trusted_proxy_each_client_has_its_own_count(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]

    assert [sign_in(f"n{n}", HTTP_X_FORWARDED_FOR=f"1.1.1.1, 198.51.100.{n}").status_code for n in range(7)] == [
        401
    ] * 7
    assert [sign_in(f"m{n}", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}, 192.0.2.9").status_code for n in range(7)][
        -1
    ] == 429


def test_a_lock_out_is_audited_once_and_again_in_the_next_episode() -> None:
    def throttled() -> int:
        return AuditEntry.objects.filter(action="sign_in_throttled", actor_name="viewer").count()

    statuses(6)
    assert (throttled(), AuditEntry.objects.filter(action="login_failed").count()) == (1, 3)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        statuses(5)

    assert throttled() == 2


def test_the_table_does_not_say_what_was_typed() -> None:
    sign_in("my-password-in-the-wrong-field")

    assert "my-password" not in str(list(Attempts.objects.values()))


def test_rows_that_ended_long_ago_are_swept_up() -> None:
    statuses(1, "old")
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        statuses(1, "new", REMOTE_ADDR="192.0.2.7")

    assert Attempts.objects.count() == 2
