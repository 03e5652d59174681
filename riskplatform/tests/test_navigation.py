"""The frame of every server-rendered page: who is led where, and what a browser is given."""

import re

import pytest
from django.test import Client

from accounts.tests.factories import make_user
from audit import services as audit
from riskplatform.tests.policy import OPEN_PAGES, PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
# Not what the bundle draws, and not the addresses of forms.
SHOWN = sorted(PAGES.keys() - {"logout", "alert", "app", "silences", "silence-end"})
EVERYBODY = {"/", "/app/", "/alerts", "/report", "/account"}


@pytest.fixture
def bus(settings: object, redis_url: str, redis_prefix: str) -> None:
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = redis_url, redis_prefix  # type: ignore[attr-defined]  # pytest-django's


def page_of(role: str, address: str) -> str:
    client = Client()
    if role != "nobody":
        client.force_login(make_user(role))
    return client.get(address).text


def links(page: str) -> set[str]:
    header = page.split("<header", 1)[1].split("</header>", 1)[0]
    return set(re.findall(r'<a class="quiet[^"]*" href="([^"]+)"', header))


@pytest.mark.parametrize(
    ("role", "more"),
    [("viewer", set()), ("analyst", {"/status"}), ("admin", {"/status", "/audit", "/admin/"})],
)
def test_the_header_leads_where_the_role_may_go(role: str, more: set[str]) -> None:
    assert links(page_of(role, "/account")) == EVERYBODY | more


def test_who_is_not_signed_in_is_led_nowhere() -> None:
    assert links(page_of("nobody", "/login")) == set()


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_can_be_used_by_keyboard_and_carries_nothing_inline(name: str) -> None:
    audit.record(action="tested")
    page = page_of("nobody" if name in OPEN_PAGES else "admin", PAGES[name])

    assert '<a class="skip" href="#main">' in page and 'id="main"' in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", sorted(set(SHOWN) - OPEN_PAGES))
def test_the_header_says_where_one_is(name: str) -> None:
    audit.record(action="tested")
    shown = page_of("admin", PAGES[name])

    assert shown.count('aria-current="page"') <= 2  # the header's, and a list's own tabs
    if PAGES[name] in EVERYBODY | {"/status", "/audit"}:
        assert re.search(rf'href="{PAGES[name]}" ?(title="[^"]*")? ?aria-current="page"', shown)
