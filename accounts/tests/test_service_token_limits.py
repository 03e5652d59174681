"""What a service token may never do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts import service_token_services as service_tokens
from accounts.capabilities import Capability
from accounts.models import User
from accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db

TOKENS, ME, LIVE = "/api/v1/auth/service-tokens", "/api/v1/auth/me", "/api/v1/risk/live"
ACCESS = [("admin", 200), ("analyst", 403), ("viewer", 403), ("nobody", 401)]


def form(**changes: object) -> dict[str, object]:
    end = (timezone.now() + timedelta(days=30)).isoformat()
    return {"name": "grafana", "scopes": ["risk.read"], "expires_at": end, **changes}


def issued(owner: User, *scopes: str) -> str:
    end = timezone.now() + timedelta(days=30)
    by = User.objects.filter(role="admin").first() or make_user("admin", username="issuer")
    return service_tokens.issue(name="x", owner_id=owner.pk, scopes=scopes, expires_at=end, by=by).value


def ask(token: str, address: str = ME, method: str = "get", **options: object) -> Response:
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    answer: Response = getattr(api, method)(address, **options)
    return answer


def test_a_token_may_do_what_its_scopes_leave_of_its_owner() -> None:
    token = issued(make_user("analyst"), "alerts.read")

    assert ask(token).data["capabilities"] == ["alerts.read"]
    assert ask(token, LIVE).status_code == 403


def test_scopes_shrink_with_the_owners_role_at_once() -> None:
    owner = make_user("analyst")
    token = issued(owner, "explain.ask", "risk.read")

    User.objects.filter(pk=owner.pk).update(role="viewer")

    assert ask(token).data["capabilities"] == ["risk.read"]


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "x", lambda t: "rst_", lambda t: "rst__", lambda t: t[:17]]
)
def test_a_value_that_is_not_the_one_is_refused(spoil: Callable[[str], str]) -> None:
    token = issued(make_user("analyst"), "risk.read")

    assert ask(spoil(token)).status_code == 401


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/api/v1/auth/sessions"), ("post", "/api/v1/auth/password"), ("post", "/api/v1/auth/logout"),
        ("delete", "/api/v1/auth/sessions/00000000-0000-4000-8000-000000000000"),
    ],
)  # fmt: skip
def test_not_even_with_every_scope_does_it_touch_its_owners_sign_ins_or_password(method: str, address: str) -> None:
    token = issued(make_user("admin"), *Capability)

    assert ask(token, address, method).status_code == 403


@pytest.mark.parametrize(("scopes", "status"), [(["risk.read", "config.write"], 403), (["users.manage"], 200)])
def test_it_manages_accounts_only_where_that_was_scoped(scopes: list[str], status: int) -> None:
    token = issued(make_user("admin"), *scopes)

    assert ask(token, "/api/v1/users").status_code == ask(token, TOKENS).status_code == status


def test_it_gives_no_scope_that_it_does_not_have() -> None:
    token = issued(make_user("admin"), "users.manage")

    response = ask(token, TOKENS, "post", data=form(scopes=["config.write"]), format="json")

    assert (response.status_code, response.data["code"]) == (403, "scopes_not_grantable")
