"""The admin site: the same rules, the same audit log, and no secret on any page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import RoleRequest, ServiceToken, TokenFamily, User
from accounts.tests.factories import PASSWORD, make_user, token_pair
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db

MODELS = ["user", "rolerequest", "tokenfamily", "servicetoken", "attempts"]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user("admin"))
    return client


def entries(action: str) -> list[str]:
    """The actors of one kind of entry."""
    return list(AuditEntry.objects.filter(action=action).values_list("actor_name", flat=True))


def changelist(admin: Client, model: str, action: str, *rows: object) -> None:
    keys = [row.pk for row in rows]  # type: ignore[attr-defined]
    address = reverse(f"admin:accounts_{model}_changelist")
    assert admin.post(address, {"action": action, "_selected_action": keys}).status_code == 302


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 302), ("viewer", 302), ("nobody", 302)])
@pytest.mark.parametrize("model", MODELS)
def test_only_administrators_see_the_pages(client: Client, role: str, status: int, model: str) -> None:
    if role != "nobody":
        client.force_login(make_user(role))

    assert client.get(reverse(f"admin:accounts_{model}_changelist")).status_code == status


@pytest.mark.parametrize("model", MODELS[1:])
def test_credentials_and_requests_are_not_edited_by_hand(admin: Client, model: str) -> None:
    assert admin.get(reverse(f"admin:accounts_{model}_add")).status_code == 403


def test_no_page_shows_a_hash(admin: Client) -> None:
    user = make_user("analyst")
    token_pair(user)
    now = timezone.now()
    token = ServiceToken.objects.create(
        identifier="abc", name="x", owner=user, secret_hash="5ec7e7" * 10, expires_at=now + timedelta(days=1)
    )
    family = TokenFamily.objects.get()
    pages = [("user", user), ("tokenfamily", family), ("servicetoken", token)]

    texts = [
        admin.get(reverse(f"admin:accounts_{model}_change", args=[row.pk])).text
        + admin.get(reverse(f"admin:accounts_{model}_changelist")).text
        for model, row in pages
    ]

    secrets = [user.password, user.password.split("$")[-1], "argon2", family.current_hash, token.secret_hash]
    assert [secret for secret in secrets for text in texts if secret in text] == []


def test_a_new_account_is_made_by_the_service(admin: Client) -> None:
    form = {"username": "asha", "email": "a@desk.example", "role": "admin", "password": PASSWORD}

    response = admin.post(reverse("admin:accounts_user_add"), form)

    made = User.objects.get(username="asha")
    assert response.status_code == 302
    assert (made.is_staff, made.check_password(PASSWORD)) == (True, True)
    assert entries("user_created") == ["admin"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("password", "short", "too short"), ("username", "ADMIN", "already exists"), ("email", "x", "valid email")],
)
def test_a_new_account_that_cannot_be_is_refused_on_the_form(
    admin: Client, field: str, value: str, sentence: str
) -> None:
    form = {"username": "asha", "email": "a@desk.example", "role": "viewer", "password": PASSWORD, field: value}

    response = admin.post(reverse("admin:accounts_user_add"), form)

    assert sentence in response.text
    assert User.objects.count() == 1


def test_a_change_goes_through_the_service(admin: Client) -> None:
    user = make_user(username="asha")
    token_pair(user)
    form = {"email": user.email, "role": "analyst", "is_active": "on", "is_superuser": "on", "password": "x"}

    admin.post(reverse("admin:accounts_user_change", args=[user.pk]), form)

    changed = User.objects.get(pk=user.pk)
    assert (changed.role, changed.is_superuser, changed.token_version) == ("analyst", False, 1)
    assert changed.check_password(PASSWORD)
    assert entries("user_changed") == ["admin"]
    assert not TokenFamily.objects.open().exists()


@pytest.mark.parametrize(
    ("action", "role", "is_active"),
    [
        ("deactivate", "viewer", False), ("activate", "viewer", True), ("make_viewer", "viewer", True),
        ("make_analyst", "analyst", True), ("make_admin", "admin", True),
    ],
)  # fmt: skip
def test_actions_on_people_are_audited(admin: Client, action: str, role: str, is_active: bool) -> None:
    started_as = {"activate": {"is_active": False}, "make_viewer": {}}.get(action, {})
    user = make_user("analyst" if action == "make_viewer" else "viewer", username="asha", **started_as)

    changelist(admin, "user", action, user)

    user.refresh_from_db()
    assert (user.role, user.is_active) == (role, is_active)
    assert entries("user_changed") == ["admin"]


def test_deleting_is_audited_and_the_entry_outlives_the_account(admin: Client) -> None:
    user = make_user(username="asha")

    admin.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})

    assert not User.objects.filter(username="asha").exists()
    assert AuditEntry.objects.get(action="user_deleted").detail == {"username": "asha"}


@pytest.mark.parametrize(("action", "role"), [("approve", "analyst"), ("refuse", "viewer")])
def test_requests_are_decided_by_the_service(admin: Client, action: str, role: str) -> None:
    asked = RoleRequest.objects.create(user=make_user(username="asha"), role="analyst")

    changelist(admin, "rolerequest", action, asked)

    assert User.objects.get(username="asha").role == role
    assert entries(f"role_request_{'approved' if action == 'approve' else 'refused'}") == ["admin"]


def test_sign_ins_and_service_tokens_are_ended_by_the_services(admin: Client) -> None:
    user = make_user("analyst")
    token_pair(user)
    end = timezone.now() + timedelta(days=1)
    token = ServiceToken.objects.create(identifier="abc", name="x", owner=user, secret_hash="x", expires_at=end)

    changelist(admin, "tokenfamily", "end", TokenFamily.objects.get())
    changelist(admin, "servicetoken", "revoke", token)

    token.refresh_from_db()
    assert TokenFamily.objects.get().revoked_reason == "ended_by_admin"
    assert token.revoked_at is not None
    assert (entries("session_ended"), entries("service_token_revoked")) == (["admin"], ["admin"])


@pytest.mark.parametrize("model", ["rolerequest", "tokenfamily", "servicetoken"])
def test_a_list_costs_the_same_for_many_rows(
    admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries, model: str
) -> None:
    for number in range(4):
        user = make_user(username=f"user{number}")
        token_pair(user)
        RoleRequest.objects.create(user=user, role="analyst", status="refused", decided_by=user)
        end = timezone.now() + timedelta(days=1)
        ServiceToken.objects.create(identifier=f"t{number}", name="x", owner=user, secret_hash="x", expires_at=end)

    with django_assert_max_num_queries(5):  # session, user, two counts, the page
        admin.get(reverse(f"admin:accounts_{model}_changelist"))
