"""Where one is signed in, and ending it, as a browser without JavaScript does it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.devices import named
from accounts.models import BrowserSession, User
from accounts.tests.factories import PASSWORD, make_user, token_pair
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db
SESSIONS = "/account/sessions"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36"


def signed_in(user: User, *, agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    client.post("/login", {"username": user.username, "password": PASSWORD})
    return client


def test_a_person_sees_browsers_and_api_sign_ins_with_device_address_and_last_use() -> None:
    user = make_user()
    here = signed_in(user)
    signed_in(user, agent=CHROME, address="192.0.2.8")
    token_pair(user)

    page = here.get(SESSIONS).text

    for told in ("Firefox on Linux", "this browser", "192.0.2.7", "Chrome on Android", "192.0.2.8", "API sign-in",
                 "192.0.2.1"):  # fmt: skip
        assert told in page, told
    assert not any(key in page for key in Session.objects.values_list("session_key", flat=True))


def test_the_page_says_nothing_of_others() -> None:
    signed_in(make_user(username="other"), agent=CHROME)

    assert "Chrome on Android" not in signed_in(make_user()).get(SESSIONS).text


def test_ending_one_puts_that_browser_out_and_no_other() -> None:
    user = make_user()
    here, there = signed_in(user), signed_in(user)
    pk = BrowserSession.objects.latest("id").pk

    page = here.post(SESSIONS, {"door": "browser", "id": str(pk)}, follow=True)

    assert "The sign-in has ended" in page.text
    assert (there.get("/account").status_code, here.get("/account").status_code) == (302, 200)
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.object_type, entry.object_id) == ("session_ended", "browser_session", str(pk))


def test_ending_an_api_sign_in_ends_its_tokens() -> None:
    user = make_user()
    here, token = signed_in(user), token_pair(user).access_token

    here.post(SESSIONS, {"door": "api", "id": str(user.token_families.get().pk)})

    assert Client().get("/api/v1/auth/me", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert AuditEntry.objects.latest("sequence").action == "session_ended"


def test_ending_all_others_leaves_this_browser_alone() -> None:
    user, other = make_user(), make_user(username="other")
    here, there, elsewhere = signed_in(user), signed_in(user), signed_in(other)
    token_pair(user)

    page = here.post(SESSIONS, {"which": "others"}, follow=True)

    assert "Ended: 2 other sign-ins." in page.text
    assert [one.get("/account").status_code for one in (here, there, elsewhere)] == [200, 302, 200]
    assert not user.token_families.open().exists()
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.detail) == ("other_sessions_ended", {"browsers": 1, "api": 1})


@pytest.mark.parametrize("posted", [{}, {"door": "browser", "id": "x"}, {"door": "api", "id": "1"},
                                    {"door": "browser", "id": "9" * 18}, {"door": "?", "id": "1"}])  # fmt: skip
def test_what_is_not_there_cannot_be_ended(posted: dict[str, str]) -> None:
    assert signed_in(make_user()).post(SESSIONS, posted).status_code == 404


def test_nobody_ends_the_session_of_another() -> None:
    other = signed_in(make_user(username="other"))
    pk = BrowserSession.objects.get().pk

    assert signed_in(make_user()).post(SESSIONS, {"door": "browser", "id": str(pk)}).status_code == 404
    assert other.get("/account").status_code == 200


def test_a_session_that_a_new_password_ended_is_not_listed() -> None:
    user = make_user()
    here = signed_in(user)
    signed_in(user, agent=CHROME)

    here.post("/account/password", {"current_password": PASSWORD, "new_password": "x-good-long-one", "again":
                                    "x-good-long-one"})  # fmt: skip

    page = here.get(SESSIONS).text
    assert "Firefox on Linux" in page and "Chrome on Android" not in page


def test_signing_out_takes_the_note_with_it() -> None:
    signed_in(make_user()).post("/logout")

    assert not BrowserSession.objects.exists()


def test_last_use_is_noted_once_a_minute(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    here = signed_in(make_user())
    began = BrowserSession.objects.get().last_used_at

    with django_assert_num_queries(3):  # session, user, the role that waits
        here.get("/account")
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False), django_assert_num_queries(4):
        here.get("/account")

    assert BrowserSession.objects.get().last_used_at - began > timedelta(seconds=60)


def test_a_session_from_before_it_was_noted_is_noted_when_it_is_used() -> None:
    here = signed_in(make_user())
    BrowserSession.objects.all().delete()

    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        here.get("/account")

    assert BrowserSession.objects.count() == 1


def test_the_list_needs_few_queries_whatever_its_length(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    user = make_user()
    here = signed_in(user)
    for _ in range(5):
        Client().force_login(user)
        token_pair(user)

    with django_assert_max_num_queries(4):  # session, user, browsers, API sign-ins
        here.get(SESSIONS)


@pytest.mark.parametrize(("agent", "name"), [(FIREFOX, "Firefox on Linux"), (CHROME, "Chrome on Android"),
                                             ("desk-bot 1", "desk-bot 1"), ("", "unknown")])  # fmt: skip
def test_a_device_is_named_for_recognition(agent: str, name: str) -> None:
    assert named(agent) == name
