"""The frame of every server-rendered page: who is led where, and what a browser is given."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from accounts.tests.factories import make_user
from audit import services as audit
from riskplatform import urls
from riskplatform.tests.policy import OPEN_PAGES, PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
SHOWN = sorted(PAGES.keys() - {"logout", "alert"})
EVERYBODY = {"/", "/alerts", "/report", "/account"}


def dashboard(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class WithDashboard:
    urlpatterns = [*urls.urlpatterns, path("app/", dashboard)]
    handler404 = urls.handler404


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


def test_the_dashboard_is_linked_where_there_is_one() -> None:
    with override_settings(ROOT_URLCONF=WithDashboard):
        assert "/app/" in links(page_of("viewer", "/account"))


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_can_be_used_by_keyboard_and_carries_nothing_inline(name: str) -> None:
    audit.record(action="tested")
    page = page_of("nobody" if name in OPEN_PAGES else "admin", PAGES[name])

    assert '<a class="skip" href="#main">' in page and 'id="main"' in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", sorted(PAGES.keys() - OPEN_PAGES - {"logout", "alert"}))
def test_the_header_says_where_one_is(name: str) -> None:
    audit.record(action="tested")
    shown = page_of("admin", PAGES[name])

    assert shown.count('aria-current="page"') <= 2  # the header's, and a list's own tabs
    if PAGES[name] in EVERYBODY | {"/status", "/audit"}:
        assert re.search(rf'href="{PAGES[name]}" ?(title="[^"]*")? ?aria-current="page"', shown)
