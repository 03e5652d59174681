"""Every route × method × kind of caller, generated from the URLconf: what the policy says is what happens.

`manage.py test riskplatform/tests/test_authorisation.py` takes one permission class away from any view as a failure.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import service_token_services, user_services
from accounts.account_rules import Changes
from accounts.capabilities import CAPABILITIES, Capability
from accounts.models import User
from accounts.tests.factories import make_user, token_pair
from riskplatform.tests.credentials import expired, service_token, tampered
from riskplatform.tests.policy import ANYONE, OPEN_PAGES, PAGES, PERSON, POLICY, SIGNED_IN, Requirement
from riskplatform.urls import KEY, UUID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
METHODS = ("get", "post", "put", "patch", "delete")
DENIED = {401, 403}
EXAMPLES = {"pk": "1", "sequence": "1", "key": "score"}


@pytest.fixture
def bus(settings: Settings, redis_url: str, redis_prefix: str) -> None:
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = redis_url, redis_prefix


class Route(NamedTuple):
    name: str
    address: str


def routes() -> Iterator[Route]:
    """Yield every named route outside the admin, with an address that it matches."""
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            assert str(pattern.pattern) == "admin/"
            continue
        yield Route(pattern.name or str(pattern.pattern), _address(pattern))


def _address(pattern: URLPattern) -> str:
    text = str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix("/?")
    text = text.replace(f"(?P<pk>{UUID})", "00000000-0000-4000-8000-000000000000")
    text = text.replace(f"(?P<key>{KEY})", EXAMPLES["key"])
    return "/" + re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: EXAMPLES[found.group(1)], text)


ROUTES = [route for route in routes() if route.name not in PAGES and route.name != "admin/login/"]
CASES = [pytest.param(route, method, id=f"{method} {route.name}") for route in ROUTES for method in METHODS]


def test_every_route_is_in_the_policy_and_the_policy_has_no_other() -> None:
    assert {route.name for route in ROUTES} == set(POLICY)


@pytest.mark.parametrize("route", [pytest.param(route, id=route.name) for route in ROUTES])
def test_every_method_of_a_view_is_in_the_policy(route: Route) -> None:
    view = get_resolver().resolve(route.address).func
    offered = getattr(getattr(view, "view_class", None) or getattr(view, "cls", None), "http_method_names", ["get"])
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    has = {method for method in METHODS if cls is not None and method in offered and hasattr(cls, method)}

    assert (has or {"get"}) == set(POLICY[route.name])


def client_with(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def call(client: APIClient, route: Route, method: str) -> int:
    status: int = getattr(client, method)(route.address, {}, format="json").status_code
    return status


def may(requirement: Requirement | None, role: str) -> bool:
    """Return whether a person of the role may call what requires this."""
    return requirement in {ANYONE, SIGNED_IN, PERSON} or requirement in CAPABILITIES[role]


def needed(route: Route, method: str) -> Requirement:
    """Return what a call needs; one that the view does not offer is refused before that is said."""
    policy = POLICY[route.name]
    return policy.get(method) or next(iter(policy.values()))


@pytest.mark.parametrize(("route", "method"), CASES)
def test_nobody_reaches_only_what_is_for_anyone(route: Route, method: str) -> None:
    status = call(APIClient(), route, method)

    assert (status not in DENIED) == (needed(route, method) == ANYONE), status


@pytest.mark.parametrize("role", ["viewer", "analyst", "admin"])
@pytest.mark.parametrize(("route", "method"), CASES)
def test_a_person_reaches_what_the_role_may(route: Route, method: str, role: str) -> None:
    status = call(client_with(token_pair(make_user(role)).access_token), route, method)

    assert (status not in DENIED) == may(needed(route, method), role), status
    if method not in POLICY[route.name] and status not in DENIED:
        assert status == 405


@pytest.mark.parametrize("role", ["viewer", "analyst", "admin"])
@pytest.mark.parametrize(("route", "method"), CASES)
def test_a_browser_session_reaches_what_the_role_may(route: Route, method: str, role: str) -> None:
    browser = APIClient()
    browser.force_login(make_user(role))

    status = call(browser, route, method)

    assert (status not in DENIED) == may(needed(route, method), role), status


def demoted(admin: User) -> str:
    token = token_pair(admin).access_token
    user_services.change(pk=admin.pk, changes=Changes(role="viewer"), by=make_user("admin", username="boss"))
    return token


def deactivated(admin: User) -> str:
    token = token_pair(admin).access_token
    boss = make_user("admin", username="boss")
    user_services.change(pk=admin.pk, changes=Changes(is_active=False), by=boss)
    return token


BAD_TOKENS: dict[str, Callable[[User], str]] = {
    "expired": lambda admin: expired(admin),
    "tampered": lambda admin: tampered(token_pair(admin).access_token),
    "unsigned": lambda admin: tampered(token_pair(admin).access_token, algorithm="none"),
    "refresh used as access": lambda admin: token_pair(admin).refresh_token,
    "deactivated": deactivated,
    "demoted a second ago": demoted,
    "not a token": lambda admin: "a.b.c",
}


@pytest.mark.parametrize("kind", BAD_TOKENS)
@pytest.mark.parametrize("route", [pytest.param(route, id=route.name) for route in ROUTES])
def test_a_token_that_does_not_count_opens_nothing(route: Route, kind: str) -> None:
    token = BAD_TOKENS[kind](make_user("admin"))

    for method, requirement in POLICY[route.name].items():
        status = call(client_with(token), route, method)
        assert status == 401 if requirement != ANYONE else status != 403, (method, status)


SCOPED = [
    pytest.param(route, method, requirement, id=f"{method} {route.name}")
    for route in ROUTES
    for method, requirement in POLICY[route.name].items()
    if requirement != ANYONE
]


@pytest.mark.parametrize(("route", "method", "requirement"), SCOPED)
def test_a_service_token_reaches_what_its_scopes_name_and_nothing_else(
    route: Route, method: str, requirement: Requirement
) -> None:
    admin = make_user("admin")
    every = {str(capability) for capability in Capability}
    with_scope = call(client_with(service_token(admin, every)), route, method)
    without = call(client_with(service_token(admin, every - {str(requirement)})), route, method)

    assert (with_scope not in DENIED) == (requirement != PERSON), with_scope
    assert (without not in DENIED) == (requirement == SIGNED_IN), without


def test_a_revoked_service_token_opens_nothing() -> None:
    admin = make_user("admin")
    token = service_token(admin, {"risk.read"})
    assert client_with(token).get("/api/v1/risk/live").status_code == 200

    service_token_services.revoke(pk=admin.service_tokens.get().pk, by=admin)

    assert client_with(token).get("/api/v1/risk/live").status_code == 401


@pytest.mark.parametrize("page", sorted(PAGES.keys() - OPEN_PAGES))
def test_a_page_sends_a_stranger_to_sign_in(page: str) -> None:
    address = PAGES[page]
    answer: Any = Client().post(address) if page == "logout" else Client().get(address)

    assert answer.status_code == 302 and answer.headers["Location"].startswith("/login")


def admin_addresses() -> Iterator[str]:
    """Yield the list and add pages of every model in the admin."""
    from django.contrib import admin

    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield from (base, f"{base}add/", f"{base}1/change/", f"{base}1/delete/", f"{base}1/history/")


@pytest.mark.parametrize("role", ["nobody", "viewer", "analyst"])
@pytest.mark.parametrize("address", ["/admin/", *admin_addresses()])
def test_the_admin_is_for_administrators(address: str, role: str) -> None:
    browser = Client()
    if role != "nobody":
        browser.force_login(make_user(role))

    answer = browser.get(address)

    assert answer.status_code in {302, 403}
    assert answer.status_code == 403 or "/login" in answer.headers["Location"]
