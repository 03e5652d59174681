"""Every call that changes something leaves its entry; generated from the policy, so that a new one must say so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import RoleRequest, User
from accounts.tests.factories import PASSWORD, make_user, token_pair
from alerts.tests.factories import make_alert
from alerts.tests.notification_factories import make_channel
from alerts.tests.silence_factories import make_silence
from audit.models import AuditEntry
from risk import config_services as configuration
from risk.tests.rows import make_instruments, store_record
from riskplatform.tests.credentials import service_token
from riskplatform.tests.policy import POLICY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
API = "/api/v1"
# Nothing that anybody decided is changed by these.
CHANGES_NOTHING = {
    ("api-config-dry-run", "post"): "judges stored records and stores nothing",
    ("api-alert-rules-dry-run", "post"): "judges stored history and stores nothing",
    ("api-notifications-read", "post"): "marks in one's own list; nobody else sees them",
    ("api-ws-ticket", "post"): "a ticket of thirty seconds; the socket that it opens acts for nobody",
    ("api-refresh", "post"): "goes on with a sign-in that is audited; only a token used twice is an event",
}


@pytest.fixture
def bus(settings: Settings, redis_url: str, redis_prefix: str) -> None:
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = redis_url, redis_prefix


class Call(NamedTuple):
    address: str
    body: dict[str, Any]


def role_request(admin: User) -> RoleRequest:
    return RoleRequest.objects.create(user=make_user("viewer"), role="analyst")


def changed_config(admin: User) -> int:
    return configuration.change(values={"high_threshold": 0.85}, reason="why", by=admin).number


def explained(admin: User) -> Call:
    store_record(make_instruments()[0], record_id=5)
    return Call("explain/risk", {"risk_id": 5})


def revoked(admin: User) -> Call:
    service_token(admin, {"risk.read"})
    return Call(f"auth/service-tokens/{admin.service_tokens.get().pk}", {})


def an_alert(status: str = "open", snoozed_until: str | None = None) -> int:
    return make_alert(make_instruments()[0], status=status, snoozed_until=snoozed_until).pk


def a_webhook(admin: User) -> int:
    return make_channel(admin).pk


# Two things change: the request is decided, and the person has another role.
ENTRIES = {("api-role-request-approve", "post"): 2}
PERSON = {"email": "asha@desk.example", "username": "asha", "password": "a-good-long-password"}
RULE = {"key": "falls", "kind": "drawdown", "enter": 5, "exit": 4, "window": "session"}
VOLUME = {"enter": 6, "exit": 3, "window": "5"}
IN_A_DAY = (timezone.now() + timedelta(days=1)).isoformat()
CALLS: dict[tuple[str, str], Callable[[User], Call]] = {
    ("api-register", "post"): lambda admin: Call("auth/register", {**PERSON, "role": "viewer"}),
    ("api-login", "post"): lambda admin: Call("auth/login", {"username": "admin", "password": PASSWORD}),
    ("api-logout", "post"): lambda admin: Call("auth/logout", {}),
    ("api-password", "post"): lambda admin: Call(
        "auth/password", {"current_password": PASSWORD, "new_password": "another-good-long-one"}
    ),
    ("api-session", "delete"): lambda admin: Call(f"auth/sessions/{other_family(admin)}", {}),
    ("api-service-tokens", "post"): lambda admin: Call(
        "auth/service-tokens", {"name": "bot", "scopes": ["risk.read"], "expires_at": IN_A_DAY}
    ),
    ("api-service-token", "delete"): revoked,
    ("api-users", "post"): lambda admin: Call("users", {**PERSON, "role": "viewer"}),
    ("api-user", "patch"): lambda admin: Call(f"users/{make_user('viewer').pk}", {"role": "analyst"}),
    ("api-role-request-approve", "post"): lambda admin: Call(f"role-requests/{role_request(admin).pk}/approve", {}),
    ("api-role-request-refuse", "post"): lambda admin: Call(f"role-requests/{role_request(admin).pk}/refuse", {}),
    ("api-alert-acknowledge", "post"): lambda admin: Call(f"alerts/{an_alert()}/acknowledge", {}),
    ("api-alert-resolve", "post"): lambda admin: Call(
        f"alerts/{an_alert()}/resolve", {"classification": "news", "note": "results"}
    ),
    ("api-alert-reopen", "post"): lambda admin: Call(f"alerts/{an_alert(status='resolved')}/reopen", {}),
    ("api-alert-assign", "post"): lambda admin: Call(f"alerts/{an_alert()}/assign", {"assignee": "admin"}),
    ("api-alert-comment", "post"): lambda admin: Call(f"alerts/{an_alert()}/comment", {"note": "seen"}),
    ("api-alert-snooze", "post"): lambda admin: Call(f"alerts/{an_alert()}/snooze", {"minutes": 30}),
    ("api-alert-unsnooze", "post"): lambda admin: Call(f"alerts/{an_alert(snoozed_until=IN_A_DAY)}/unsnooze", {}),
    ("api-silences", "post"): lambda admin: Call(
        "alerts/silences", {"symbols": ["NIFTY"], "reason": "why", "ends_at": IN_A_DAY}
    ),
    ("api-silence-end", "post"): lambda admin: Call(f"alerts/silences/{make_silence(admin).pk}/end", {}),
    ("api-alert-rules", "post"): lambda admin: Call("alerts/rules", {**RULE, "reason": "why"}),
    ("api-alert-rule", "put"): lambda admin: Call("alerts/rules/odd_volume", {**VOLUME, "reason": "why"}),
    ("api-alert-rule", "delete"): lambda admin: Call("alerts/rules/odd_volume?reason=because", {}),
    ("api-alert-rule-enable", "post"): lambda admin: Call("alerts/rules/odd_volume/enable", {"reason": "why"}),
    ("api-alert-rule-disable", "post"): lambda admin: Call("alerts/rules/score/disable", {"reason": "why"}),
    ("api-channels", "post"): lambda admin: Call("notifications/channels", {"kind": "email", "name": "mail"}),
    ("api-channel", "patch"): lambda admin: Call(f"notifications/channels/{a_webhook(admin)}", {"name": "other"}),
    ("api-channel", "delete"): lambda admin: Call(f"notifications/channels/{a_webhook(admin)}", {}),
    ("api-channel-test", "post"): lambda admin: Call(f"notifications/channels/{a_webhook(admin)}/test", {}),
    ("api-channel-secret", "post"): lambda admin: Call(f"notifications/channels/{a_webhook(admin)}/secret", {}),
    ("api-preferences", "patch"): lambda admin: Call("notifications/preferences", {"tells_endings": False}),
    ("api-notification-policy", "patch"): lambda admin: Call("notifications/policy", {"group_seconds": 60}),
    ("api-explain-risk", "post"): explained,
    ("api-config", "put"): lambda admin: Call("config", {"values": {"high_threshold": 0.85}, "reason": "why"}),
    ("api-market-source", "put"): lambda admin: Call("market/source", {"mode": "demo", "reason": "why"}),
    ("api-config-rollback", "post"): lambda admin: Call(
        "config/rollback", {"version": changed_config(admin) - 1, "reason": "why"}
    ),
}


def other_family(user: User) -> Any:
    token_pair(user)
    return user.token_families.latest("created_at").pk


def test_every_call_that_changes_something_is_tried() -> None:
    mutating = {(name, method) for name, methods in POLICY.items() for method in methods if method != "get"}

    assert mutating == set(CALLS) | set(CHANGES_NOTHING)


@pytest.mark.parametrize("route", CALLS, ids=lambda route: f"{route[1]} {route[0]}")
def test_a_call_that_changes_something_leaves_one_entry(route: tuple[str, str]) -> None:
    admin = make_user("admin")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_pair(admin).access_token}")
    call = CALLS[route](admin)
    before = AuditEntry.objects.count()

    answer = getattr(client, route[1])(f"{API}/{call.address}", call.body, format="json")

    assert 200 <= answer.status_code < 300, answer.content
    assert AuditEntry.objects.count() == before + ENTRIES.get(route, 1)


@pytest.mark.parametrize("route", CALLS, ids=lambda route: f"{route[1]} {route[0]}")
def test_what_cannot_be_audited_is_not_done(route: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    admin = make_user("admin")
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_pair(admin).access_token}")
    call = CALLS[route](admin)

    def full(*_: object, **__: object) -> None:
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr("audit.services.record_many", full)
    answer = getattr(client, route[1])(f"{API}/{call.address}", call.body, format="json")

    assert answer.status_code == 500
