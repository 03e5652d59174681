"""The API describes itself to people who are signed in, with assets of our own."""

import re

import pytest
from django.test import Client

from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGES = ["/docs", "/redoc", "/api/v1/schema"]


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


@pytest.mark.parametrize("address", PAGES)
def test_nobody_reads_the_description(client: Client, address: str) -> None:
    assert client.get(address).status_code == 401


@pytest.mark.parametrize("address", PAGES)
def test_who_is_signed_in_reads_it(viewer: Client, address: str) -> None:
    assert viewer.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/docs", "/redoc"])
def test_its_pages_load_nothing_from_elsewhere(viewer: Client, address: str) -> None:
    page = viewer.get(address)

    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text)
    assert "<script>" not in page.text.replace(" ", "")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_addresses_in_the_schema_have_no_trailing_slash(viewer: Client) -> None:
    paths = viewer.get("/api/v1/schema", headers={"accept": "application/json"}).json()["paths"]

    assert "/api/v1/config/validate" in paths
    assert not [path for path in paths if path.endswith("/")]


def test_a_browser_with_a_session_is_shown_the_browsable_api(viewer: Client) -> None:
    page = viewer.get("/api/v1/risk/live", headers={"accept": "text/html"})

    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_a_browser_without_a_session_gets_data(client: Client) -> None:
    answer = client.get("/api/v1/risk/live", headers={"accept": "text/html,*/*"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/json")
