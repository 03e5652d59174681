import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import PASSWORD, make_user
from audit.models import AuditEntry
from riskplatform.lib import broadcast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["viewer", "viewer@desk.example"])
def test_the_sign_in_page_takes_a_name_or_an_address(client: Client, name: str) -> None:
    make_user()

    response = client.post("/login", {"username": name, "password": PASSWORD})

    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_a_wrong_password_stays_on_the_page_and_says_so(client: Client) -> None:
    make_user()

    response = client.post("/login", {"username": "viewer", "password": "wrong"})

    assert response.status_code == 200
    assert "is wrong" in response.text


def test_signing_out_needs_a_post(client: Client) -> None:
    make_user()
    client.login(username="viewer", password=PASSWORD)

    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 302
    assert client.get("/").headers["Location"] == "/login?next=/"


def test_page_logins_and_logouts_are_audited(client: Client) -> None:
    make_user()

    client.post("/login", {"username": "viewer", "password": "wrong"})
    client.post("/login", {"username": "viewer", "password": PASSWORD})
    client.post("/logout")

    assert list(AuditEntry.objects.in_order().values_list("action", flat=True)) == ["login_failed", "login", "logout"]


@pytest.mark.django_db(transaction=True)
def test_the_session_is_gone_when_its_end_is_announced(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(make_user())
    left: list[bool] = []
    monkeypatch.setattr(broadcast, "publish", lambda kind, facts: left.append(Session.objects.exists()))

    client.post("/logout")

    assert left == [False]


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 302), ("viewer", 302)])
@pytest.mark.parametrize("name", ["accounts_user", "audit_auditentry", "risk_instrument", "risk_riskrecord"])
def test_only_staff_see_the_admin(client: Client, role: str, status: int, name: str) -> None:
    is_admin = role == "admin"
    client.force_login(make_user(role, is_staff=is_admin, is_superuser=is_admin))

    assert client.get(reverse(f"admin:{name}_changelist")).status_code == status


@pytest.mark.parametrize("name", ["audit_auditentry", "risk_riskrecord", "risk_latestrisk"])
def test_facts_cannot_be_added_in_the_admin(client: Client, name: str) -> None:
    client.force_login(make_user("admin", is_staff=True, is_superuser=True))

    assert client.get(reverse(f"admin:{name}_add")).status_code == 403
