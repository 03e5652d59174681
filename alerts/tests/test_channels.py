"""Channels, preferences, one's list and the desk's policy, by REST and by their services."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import access_token, make_user
from alerts.notification_models import Channel, EscalationStep, NotificationPolicy, Preference
from alerts.notifications import audience, channel_services
from alerts.notifications.assembling import assemble
from alerts.notifications.channel_services import MOST_CHANNELS
from alerts.notifications.enqueueing import enqueue
from alerts.notifications.sealing import unseal
from alerts.outbox_models import Delivery, Notice
from alerts.tests.factories import make_alert
from alerts.tests.notification_factories import NOW, make_channel, opened
from audit.models import AuditEntry
from risk.tests.rows import make_instruments
from riskplatform.lib.errors import Forbidden

pytestmark = pytest.mark.django_db
API = "/api/v1/notifications"
HOOK = {"kind": "webhook", "name": "desk bot", "address": "https://hooks.example.com/risk?token=abc"}
TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"


@pytest.fixture
def asha() -> User:
    return make_user("analyst", username="asha")


@pytest.fixture
def admin() -> User:
    return make_user("admin")


@pytest.fixture
def as_user() -> Callable[[User], APIClient]:
    def client(user: User) -> APIClient:
        made = APIClient()
        made.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(user)}")
        return made

    return client


@pytest.fixture
def api(asha: User, as_user: Callable[[User], APIClient]) -> APIClient:
    return as_user(asha)


def test_a_webhooks_secret_is_shown_once_and_kept_sealed(api: APIClient) -> None:
    answer = api.post(f"{API}/channels", HOOK, format="json")

    secret = answer.json()["secret"]
    channel = Channel.objects.get()
    assert answer.status_code == 201 and answer["Cache-Control"] == "no-store"
    assert secret.startswith("whsec_") and unseal(channel.sealed_secret) == secret
    assert secret not in channel.sealed_secret
    again = api.get(f"{API}/channels/{channel.pk}").content + api.get(f"{API}/channels").content
    assert secret.encode() not in again and b"sealed" not in again
    assert secret not in str(AuditEntry.objects.get(action="channel_created").detail)


def test_a_new_secret_ends_the_old_one(api: APIClient, asha: User) -> None:
    channel = make_channel(asha)

    secret = api.post(f"{API}/channels/{channel.pk}/secret").json()["secret"]

    channel.refresh_from_db()
    assert unseal(channel.sealed_secret) == secret


@pytest.mark.parametrize(
    ("kind", "address", "secret", "shown"),
    [
        ("slack", "https://hooks.slack.com/services/T0/B0/XYZ", "", "https://hooks.slack.com/…"),
        ("telegram", "-1001234", TOKEN, "-1001234"),
        ("email", "", "", "asha@desk.example"),
        ("in_app", "", "", ""),
    ],
)
def test_each_kind_shows_what_is_no_secret(api: APIClient, kind: str, address: str, secret: str, shown: str) -> None:
    body = {"kind": kind, "name": kind, "address": address, "secret": secret}

    answer = api.post(f"{API}/channels", body, format="json")

    assert answer.status_code == 201, answer.content
    assert (answer.json()["address"], answer.json()["secret"]) == (shown, "")
    assert "XYZ" not in answer.text and TOKEN not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "webhook", "address": "https://169.254.169.254/"},
        {"kind": "webhook", "address": "http://hooks.example.com/"},
        {"kind": "webhook", "address": ""},
        {"kind": "slack", "address": "https://localhost/x"},
        {"kind": "slack", "address": "https://hooks.slack.com/x", "secret": "a"},
        {"kind": "telegram", "address": "not a chat", "secret": TOKEN},
        {"kind": "telegram", "address": "-1001234", "secret": "../../etc"},
        {"kind": "email", "address": "stranger@elsewhere.example"},
        {"kind": "in_app", "address": "x"},
        {"kind": "pigeon"},
        {"kind": "webhook", "address": HOOK["address"], "minimum_severity": "NORMAL"},
        {"kind": "webhook", "address": HOOK["address"], "owner": 1},
        {"kind": "webhook", "address": HOOK["address"], "name": "x" * 61},
    ],
)
def test_what_cannot_be_a_channel_is_refused_with_a_sentence(api: APIClient, body: dict[str, Any]) -> None:
    answer = api.post(f"{API}/channels", {"name": "x", **body}, format="json")

    assert answer.status_code == 400 and answer.json()["detail"]
    assert not Channel.objects.exists()


def test_an_address_is_checked_when_it_is_changed_too(api: APIClient, asha: User) -> None:
    channel = make_channel(asha)

    answer = api.patch(f"{API}/channels/{channel.pk}", {"address": "https://10.0.0.1/"}, format="json")

    channel.refresh_from_db()
    assert answer.status_code == 400 and channel.address == "https://hooks.example.com/risk"


def test_a_change_keeps_what_is_left_out(api: APIClient, asha: User) -> None:
    channel = make_channel(asha)
    sealed = channel.sealed_secret

    answer = api.patch(f"{API}/channels/{channel.pk}", {"is_enabled": False}, format="json")

    channel.refresh_from_db()
    assert answer.json()["is_enabled"] is False
    assert (channel.name, channel.sealed_secret, channel.minimum_severity) == ("webhook", sealed, "MEDIUM")


def test_a_telegram_token_goes_with_its_chat(api: APIClient, asha: User) -> None:
    channel = make_channel(asha, kind="telegram", address="-100", secret=TOKEN)

    alone = api.patch(f"{API}/channels/{channel.pk}", {"address": "-200"}, format="json")
    both = api.patch(f"{API}/channels/{channel.pk}", {"address": "-200", "secret": TOKEN}, format="json")

    assert (alone.status_code, both.status_code) == (400, 200)


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_a_channel_of_somebody_else_is_not_there(api: APIClient, method: str) -> None:
    others = make_channel(make_user("analyst", username="ravi"))

    assert getattr(api, method)(f"{API}/channels/{others.pk}", {}, format="json").status_code == 404
    assert api.post(f"{API}/channels/{others.pk}/test").status_code == 404
    assert api.post(f"{API}/channels/{others.pk}/secret").status_code == 404
    assert api.get(f"{API}/channels").json()["results"] == []
    assert Channel.objects.filter(pk=others.pk).exists()


def test_the_desks_channels_are_the_administrators(
    api: APIClient, admin: User, as_user: Callable[[User], APIClient]
) -> None:
    body = {**HOOK, "is_shared": True}

    assert api.post(f"{API}/channels", body, format="json").status_code == 403
    made = as_user(admin).post(f"{API}/channels", body, format="json")
    assert made.status_code == 201 and made.json()["is_shared"]
    assert api.get(f"{API}/channels/{made.json()['id']}").status_code == 404


def test_nobody_has_more_than_enough_channels(api: APIClient, asha: User) -> None:
    for _ in range(MOST_CHANNELS):
        make_channel(asha)

    assert api.post(f"{API}/channels", HOOK, format="json").json()["code"] == "too_many_channels"


def test_there_is_one_list_and_it_stays(api: APIClient, asha: User) -> None:
    audience.ensure_lists()
    listed = Channel.objects.get(owner=asha)

    second = api.post(f"{API}/channels", {"kind": "in_app", "name": "x"}, format="json")
    removed = api.delete(f"{API}/channels/{listed.pk}")

    assert (second.json()["code"], removed.json()["code"]) == ("list_exists", "list_stays")


def test_a_removed_channel_takes_its_outbox_along(api: APIClient, asha: User) -> None:
    channel = make_channel(asha)
    enqueue([opened(make_alert(make_instruments()[0]))], now=NOW)
    assemble(now=NOW + timedelta(minutes=1))

    assert api.delete(f"{API}/channels/{channel.pk}").status_code == 204

    assert not (Notice.objects.exists() or Delivery.objects.exists() or Channel.objects.exists())


def test_a_test_goes_through_the_outbox_once_a_minute(api: APIClient, asha: User) -> None:
    channel = make_channel(asha)

    first, second = (api.post(f"{API}/channels/{channel.pk}/test") for _ in range(2))

    assert first.status_code == 202 and first.json()["text"] == "This is a test: the channel works."
    assert second.json()["code"] == "test_pending"
    assert Notice.objects.filter(channel=channel, event="test", state="waiting").count() == 1


def test_a_channel_says_how_its_last_message_fared(api: APIClient, asha: User) -> None:
    channel = make_channel(asha)
    for key, state in (("a", "sent"), ("b", "dead")):
        facts = {"state": state, "tried_since": NOW, "due_at": NOW, "last_error": "HTTP 404"}
        Delivery.objects.create(key=key, channel=channel, **facts)

    assert api.get(f"{API}/channels/{channel.pk}").json()["last_delivery"]["state"] == "dead"
    assert api.get(f"{API}/channels").json()["results"][0]["last_delivery"]["last_error"] == "HTTP 404"


def test_a_list_of_channels_asks_the_database_as_often_for_ten_as_for_one(
    api: APIClient, asha: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Delivery.objects.create(key="a", channel=make_channel(asha), tried_since=NOW, due_at=NOW)
    for count in (1, MOST_CHANNELS):
        for _ in range(count - Channel.objects.count()):
            make_channel(asha)
        with django_assert_num_queries(4):  # the token, the page, the newest deliveries' numbers, the deliveries
            assert len(api.get(f"{API}/channels").json()["results"]) == count


def test_ones_list_is_ones_own_with_marks_of_what_was_read(api: APIClient, asha: User) -> None:
    make_user("analyst", username="ravi")
    audience.ensure_lists()
    alert = make_alert(make_instruments()[0])
    enqueue([opened(alert)], now=NOW)
    assemble(now=NOW)

    (entry,) = api.get(f"{API}?unread=true").json()["results"]
    assert (entry["alert_id"], entry["event"], entry["symbol"], entry["read_at"]) == (alert.pk, "opened", "NIFTY", None)
    assert entry["text"] == "HIGH NIFTY: opened. Peak score 0.81, driven by jump."

    theirs = Notice.objects.exclude(channel__owner=asha).get()
    assert api.post(f"{API}/read", {"ids": [theirs.pk]}, format="json").json() == {"marked": 0}
    assert api.post(f"{API}/read", {"ids": [entry["id"]]}, format="json").json() == {"marked": 1}
    assert api.get(f"{API}?unread=true").json()["results"] == []
    assert len(api.get(API).json()["results"]) == 1
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_preferences_are_ones_own_and_partial(api: APIClient, asha: User) -> None:
    make_instruments()

    changed = api.patch(
        f"{API}/preferences", {"symbols": ["NIFTY"], "quiet_from": "22:00", "quiet_to": "07:00"}, format="json"
    )
    api.patch(f"{API}/preferences", {"tells_endings": False}, format="json")

    assert changed.status_code == 200, changed.content
    stored = api.get(f"{API}/preferences").json()
    assert (stored["symbols"], stored["quiet_from"], stored["tells_endings"]) == (["NIFTY"], "22:00:00", False)
    assert Preference.objects.get().user == asha


@pytest.mark.parametrize(
    "body",
    [
        {"symbols": ["NOSUCH"]},
        {"quiet_from": "22:00"},
        {"quiet_from": "22:00", "quiet_to": "22:00"},
        {"quiet_phases": ["pre_open", "open", "closing_auction", "post_close", "closed"]},
        {"quiet_phases": ["lunch"]},
        {"user": 1},
    ],
)
def test_preferences_that_mean_nothing_are_refused(api: APIClient, body: dict[str, Any]) -> None:
    assert api.patch(f"{API}/preferences", body, format="json").status_code == 400
    assert not Preference.objects.exists()


def test_the_escalation_order_is_replaced_as_a_whole(
    admin: User, asha: User, as_user: Callable[[User], APIClient]
) -> None:
    order = [
        {"user": asha.pk, "delay_minutes": 10},
        {"user": admin.pk, "delay_minutes": 30, "minimum_severity": "CRITICAL"},
    ]

    answer = as_user(admin).patch(f"{API}/policy", {"escalation": order, "group_seconds": 60}, format="json")

    assert answer.status_code == 200, answer.content
    assert [(step["username"], step["position"]) for step in answer.json()["escalation"]] == [("asha", 1), ("admin", 2)]
    assert NotificationPolicy.objects.get().group_seconds == 60
    as_user(admin).patch(f"{API}/policy", {"escalation": order[:1]}, format="json")
    assert EscalationStep.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "delays", "changes"),
    [
        ("viewer", [10], {}),
        ("analyst", [30, 10], {}),
        ("analyst", [10], {"is_active": False}),
    ],
)
def test_an_order_that_cannot_work_is_refused(
    admin: User, as_user: Callable[[User], APIClient], role: str, delays: list[int], changes: dict[str, Any]
) -> None:
    person = make_user(role, username="ravi", **changes)
    order = [{"user": person.pk, "delay_minutes": delay} for delay in delays]

    assert as_user(admin).patch(f"{API}/policy", {"escalation": order}, format="json").status_code == 400
    assert not EscalationStep.objects.exists()


@pytest.fixture
def operator(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def test_the_admin_sends_dead_letters_again_and_names_what_is_none(operator: Client, asha: User) -> None:
    channel = make_channel(asha)
    facts = {"channel": channel, "tried_since": NOW, "due_at": NOW, "last_error": "HTTP 404"}
    dead = Delivery.objects.create(key="a", state="dead", **facts)
    sent = Delivery.objects.create(key="b", state="sent", **facts)
    body = {"action": "send_again", "_selected_action": [dead.pk, sent.pk]}

    page = operator.post(reverse("admin:alerts_delivery_changelist"), body, follow=True).text

    dead.refresh_from_db()
    assert dead.state == "pending" and f"Delivery {sent.pk} is sent" in page
    assert AuditEntry.objects.filter(action="notification_sent_again").count() == 1


def test_the_admin_switches_a_channel_off_and_never_shows_its_secret(operator: Client, asha: User) -> None:
    channel = make_channel(asha)
    body = {"action": "switch_off", "_selected_action": [channel.pk]}

    operator.post(reverse("admin:alerts_channel_changelist"), body)
    page = operator.get(reverse("admin:alerts_channel_change", args=[channel.pk])).text

    sealed = channel.sealed_secret
    channel.refresh_from_db()
    assert not channel.is_enabled and sealed not in page
    with pytest.raises(Forbidden):
        channel_services.switch(channel.pk, on=True, by=asha)


def test_the_admin_keeps_the_order_through_the_service(operator: Client, admin: User, asha: User) -> None:
    add = reverse("admin:alerts_escalationstep_add")
    body = {"position": 1, "user": asha.pk, "delay_minutes": 10, "minimum_severity": "HIGH"}

    operator.post(add, body)
    viewer = make_user("viewer")
    page = operator.post(add, {**body, "position": 2, "user": viewer.pk, "delay_minutes": 20}, follow=True).text

    assert "Viewer may not handle alerts" in page
    assert [step.user for step in EscalationStep.objects.all()] == [asha]
    assert AuditEntry.objects.filter(action="notification_policy_changed").count() == 1
    operator.post(
        reverse("admin:alerts_escalationstep_delete", args=[EscalationStep.objects.get().pk]), {"post": "yes"}
    )
    assert not EscalationStep.objects.exists()


def test_the_admin_changes_the_policy_through_the_service(operator: Client) -> None:
    policy = audience.policy()
    change = reverse("admin:alerts_notificationpolicy_change", args=[policy.pk])
    body = {"group_seconds": 45, "repeat_hours": 4, "keep_days": 30, "sources": '["live"]'}

    operator.post(change, body)
    page = operator.post(change, {**body, "sources": '{"a": 1}'}, follow=True).text

    policy.refresh_from_db()
    assert (policy.group_seconds, policy.sources) == (45, ["live"])
    assert "must be a list of" in page
