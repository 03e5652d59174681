from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts import service_token_services as service_tokens
from accounts.models import ServiceToken, User
from accounts.tests.conftest import ClientOf
from accounts.tests.factories import make_user
from audit.models import AuditEntry

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


@pytest.mark.parametrize(("role", "status"), ACCESS)
def test_only_administrators_list_them(client_of: ClientOf, role: str, status: int) -> None:
    assert client_of(role).get(TOKENS).status_code == status


@pytest.mark.parametrize(("role", "status"), [("admin", 201), *ACCESS[1:]])
def test_only_administrators_make_them(client_of: ClientOf, role: str, status: int) -> None:
    assert client_of(role).post(TOKENS, form(), format="json").status_code == status


@pytest.mark.parametrize(("role", "status"), [("admin", 204), *ACCESS[1:]])
def test_only_administrators_end_them(client_of: ClientOf, role: str, status: int) -> None:
    token = issued(make_user("analyst", username="owner"), "risk.read")

    assert client_of(role).delete(f"{TOKENS}/{ServiceToken.objects.get().pk}").status_code == status
    assert ask(token).status_code == (401 if status == 204 else 200)


def test_the_value_is_shown_once_and_only_its_hash_is_kept(client_of: ClientOf) -> None:
    admin = client_of("admin")

    response = admin.post(TOKENS, form(), format="json")

    value = response.json()["token"]
    assert value.startswith(f"rst_{response.json()['identifier']}_")
    assert response.headers["Cache-Control"] == "no-store"
    secret = value.split("_", 2)[2]
    assert secret not in str(list(ServiceToken.objects.values())) + str(list(AuditEntry.objects.values()))
    listed = admin.get(TOKENS).json()["results"]
    assert "token" not in listed[0] and "secret_hash" not in listed[0]
    assert ask(value, LIVE).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": None}, {"expires_at": "2020-01-01T00:00:00Z"}, {"expires_at": "2100-01-01T00:00:00Z"},
        {"scopes": []}, {"scopes": ["everything"]}, {"scopes": None}, {"name": ""}, {"owner": 99}, {"owner": "admin"},
        {"secret_hash": "x"}, {"identifier": "x"}, {"id": 3}, {"created_by": 1}, {"last_used_at": None},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(client_of: ClientOf, change: dict[str, object]) -> None:
    assert client_of("admin").post(TOKENS, form(**change), format="json").status_code == 400
    assert not ServiceToken.objects.exists()


def test_an_end_must_be_named(client_of: ClientOf) -> None:
    body = form()
    del body["expires_at"]

    assert client_of("admin").post(TOKENS, body, format="json").status_code == 400


def test_a_scope_beyond_the_owners_role_is_refused(client_of: ClientOf) -> None:
    owner = make_user("viewer", username="owner")

    response = client_of("admin").post(TOKENS, form(owner=owner.pk, scopes=["config.write"]), format="json")

    assert (response.status_code, response.json()["code"]) == (403, "scopes_not_grantable")


@pytest.mark.parametrize("change", ["deactivate", "delete", "expire", "revoke"])
def test_what_is_over_is_refused(change: str) -> None:
    owner = make_user("analyst")
    token = issued(owner, "risk.read")
    row = ServiceToken.objects.get()
    over: dict[str, Callable[[], object]] = {
        "deactivate": lambda: User.objects.filter(pk=owner.pk).update(is_active=False),
        "delete": owner.delete,
        "expire": lambda: ServiceToken.objects.update(
            created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
        ),
        "revoke": lambda: service_tokens.revoke(pk=row.pk, by=User.objects.get(username="issuer")),
    }
    assert ask(token).status_code == 200

    over[change]()

    assert ask(token).status_code == 401


def test_its_use_is_noted_at_most_once_a_minute(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token = issued(make_user("analyst"), "risk.read")
    with django_assert_num_queries(2):
        ask(token)
    noted = ServiceToken.objects.get().last_used_at

    with django_assert_num_queries(1):
        ask(token)

    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False), django_assert_num_queries(2):
        ask(token)
    assert noted is not None and ServiceToken.objects.get().last_used_at > noted  # type: ignore[operator]


def test_making_and_ending_are_audited(client_of: ClientOf) -> None:
    admin = client_of("admin")
    pk = admin.post(TOKENS, form(), format="json").json()["id"]

    for _ in range(2):
        assert admin.delete(f"{TOKENS}/{pk}").status_code == 204

    actions = list(AuditEntry.objects.in_order().values_list("action", flat=True))
    assert actions == ["service_token_created", "service_token_revoked"]
    assert admin.delete(f"{TOKENS}/999").status_code == 404


def test_the_list_takes_two_queries_whatever_its_length(
    client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    owner = make_user("analyst")
    for _ in range(3):
        issued(owner, "risk.read")
    admin = client_of("admin")

    with django_assert_num_queries(2):
        assert len(admin.get(TOKENS).json()["results"]) == 3
