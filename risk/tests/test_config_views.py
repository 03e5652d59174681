"""The configuration's API: who may, what it answers, and that nothing wrong gets in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.tests.factories import make_user
from audit.models import AuditEntry
from risk import config_services as configuration
from risk.config_models import ConfigVersion
from risk.tests.rows import make_instruments, store_record

pytestmark = pytest.mark.django_db

CONFIG = "/api/v1/config"
ROUTES = [
    ("get", CONFIG),
    ("put", CONFIG),
    ("get", f"{CONFIG}/validate"),
    ("post", f"{CONFIG}/dry-run"),
    ("post", f"{CONFIG}/rollback"),
    ("get", f"{CONFIG}/history"),
    ("get", f"{CONFIG}/history/1"),
]


@pytest.fixture
def admin() -> APIClient:
    return signed_in("admin")


def signed_in(role: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user(role))
    return client


def put(client: APIClient, **values: Any) -> Any:
    return client.put(CONFIG, {"values": values, "reason": "fewer alerts"}, format="json")


@pytest.mark.parametrize(("method", "address"), ROUTES)
def test_only_administrators_see_or_change_it(method: str, address: str) -> None:
    assert getattr(APIClient(), method)(address).status_code == 401
    assert getattr(signed_in("viewer"), method)(address).status_code == 403
    assert getattr(signed_in("analyst"), method)(address).status_code == 403


def test_it_says_what_each_value_means_and_its_limits(admin: APIClient) -> None:
    answer = admin.get(CONFIG).json()

    assert (answer["version"], answer["author"], answer["values"]["high_threshold"]) == (1, "environment", 0.8)
    settings = {row["name"]: row for row in answer["settings"]}
    assert set(settings) | {"rules"} == set(answer["values"])
    assert (settings["horizon_minutes"]["least"], settings["horizon_minutes"]["unit"]) == (15, "trading minutes")


def test_a_change_makes_a_version_that_stands_in_the_history(admin: APIClient) -> None:
    answer = put(admin, high_threshold=0.85)

    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    newest = admin.get(f"{CONFIG}/history").json()["results"][0]
    assert (newest["version"], newest["author"], newest["reason"]) == (2, "admin", "fewer alerts")
    assert newest["changes"] == [{"name": "high_threshold", "before": 0.8, "after": 0.85}]
    assert admin.get(f"{CONFIG}/history/2").json() == newest
    assert AuditEntry.objects.get(action="config_changed").actor_name == "admin"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"high_threshold": 0.95}, "critical_threshold"),
        ({"high_threshold": "0.8"}, "high_threshold"),
        ({"high_threshold": True}, "high_threshold"),
        ({"high_threshold": None}, "high_threshold"),
        ({"high_threshold": [0.8]}, "high_threshold"),
        ({"high_threshold": {"a": 1}}, "high_threshold"),
        ({"record_interval_ms": 10**400}, "record_interval_ms"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_stores_nothing(
    admin: APIClient, values: dict[str, Any], field: str
) -> None:
    answer = put(admin, **values)

    assert (answer.status_code, answer.json()["code"]) == (400, "config_invalid")
    assert field in answer.json()["fields"]
    assert not ConfigVersion.objects.filter(pk=2).exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"values": {}, "reason": "why"},
        {"values": [], "reason": "why"},
        {"values": {"high_threshold": 0.85}},
        {"values": {"high_threshold": 0.85}, "reason": "x"},
        {"values": {"high_threshold": 0.85}, "reason": "x" * 501},
        {"values": {"high_threshold": 0.85}, "reason": "why", "author_name": "mallory"},
        {"values": {"high_threshold": 0.85}, "reason": "why", "based_on": "one"},
        {"values": {"high_threshold": 0.85}, "reason": "why", "based_on": 0},
        [1],
    ],
)
def test_a_malformed_change_is_a_bad_request(admin: APIClient, body: Any) -> None:
    assert admin.put(CONFIG, body, format="json").status_code == 400


def test_a_change_based_on_an_older_version_is_a_conflict(admin: APIClient) -> None:
    put(admin, high_threshold=0.85)

    body = {"values": {"high_threshold": 0.82}, "reason": "why", "based_on": 1}
    answer = admin.put(CONFIG, body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "config_moved")


def test_validation_judges_proposed_values_and_stores_nothing(admin: APIClient) -> None:
    good = admin.get(f"{CONFIG}/validate", {"high_threshold": "0.85"}).json()
    bad = admin.get(f"{CONFIG}/validate", {"high_threshold": "nan", "colour": "red"}).json()

    assert (good["valid"], good["values"]["high_threshold"]) == (True, 0.85)
    assert (bad["valid"], [problem["name"] for problem in bad["problems"]]) == (False, ["high_threshold", "colour"])
    assert configuration.in_force().number == 1


def test_validation_without_values_judges_the_version_in_force(admin: APIClient) -> None:
    assert admin.get(f"{CONFIG}/validate").json()["valid"] is True


def test_rolling_back_brings_the_old_values_back_as_a_new_version(admin: APIClient) -> None:
    put(admin, high_threshold=0.85)

    answer = admin.post(f"{CONFIG}/rollback", {"version": 1, "reason": "too few"}, format="json").json()

    assert (answer["version"], answer["rolled_back_to"], answer["values"]["high_threshold"]) == (3, 1, 0.8)


@pytest.mark.parametrize(("version", "status"), [(9, 404), (0, 400), ("x", 400)])
def test_rolling_back_to_what_is_not_there_is_refused(admin: APIClient, version: Any, status: int) -> None:
    answer = admin.post(f"{CONFIG}/rollback", {"version": version, "reason": "why"}, format="json")

    assert answer.status_code == status


def test_a_dry_run_says_what_would_have_been_and_stores_nothing(admin: APIClient) -> None:
    instrument, began = make_instruments()[0], datetime(2026, 11, 25, 5, tzinfo=UTC)
    # Counted by hand: at .80 three are HIGH, at .70 five; episodes from .50 with exit .42: one; from .80 with .72: two.
    for number, score in enumerate((0.2, 0.81, 0.75, 0.71, 0.82, 0.83, 0.6), start=1):
        store_record(instrument, record_id=number, score=score, instant=began + timedelta(seconds=number))

    body = {"values": {"high_threshold": 0.70, "high_exit": 0.65}}
    answer = admin.post(f"{CONFIG}/dry-run", body, format="json").json()

    assert answer["severities"]["HIGH"] == {"before": 3, "after": 5, "difference": 2}
    assert answer["sentence"] == "HIGH +2, MEDIUM −2"
    assert (answer["records"], answer["alerts"]["before"]) == (7, 1)
    assert configuration.in_force().number == 1
    raised = admin.post(f"{CONFIG}/dry-run", {"values": {"alert_from": "HIGH"}}, format="json").json()
    assert raised["alerts"] == {"before": 1, "after": 2, "difference": 1}


def test_a_dry_run_says_what_stored_scores_cannot_show(admin: APIClient) -> None:
    body = {"values": {"horizon_minutes": 30}, "records": 10}

    answer = admin.post(f"{CONFIG}/dry-run", body, format="json").json()

    assert answer["not_covered"] == ["horizon_minutes"]
    assert answer["sentence"] == "no stored records to try it on"


@pytest.mark.parametrize("records", [0, 200_001, "many", None])
def test_a_dry_run_is_bounded(admin: APIClient, records: Any) -> None:
    body = {"values": {"high_threshold": 0.7}, "records": records}

    assert admin.post(f"{CONFIG}/dry-run", body, format="json").status_code == 400


def test_operators_roll_back_in_the_admin(client: Client) -> None:
    boss = make_user("admin", is_staff=True, is_superuser=True)
    client.force_login(boss)
    configuration.change(values={"high_threshold": 0.85}, reason="why", by=boss)
    address = reverse("admin:risk_configversion_changelist")

    assert "high_threshold 0.8 → 0.85" in client.get(address).text
    client.post(address, {"action": "roll_back", "_selected_action": ["1"]})

    assert configuration.in_force().config.high_threshold == 0.8
    assert AuditEntry.objects.filter(action="config_rolled_back", actor_name="admin").count() == 1


@pytest.mark.parametrize("page", ["add", "changelist"])
def test_versions_cannot_be_made_or_changed_by_hand(client: Client, page: str) -> None:
    client.force_login(make_user("admin", is_staff=True, is_superuser=True))

    answer = client.get(reverse(f"admin:risk_configversion_{page}"))

    assert answer.status_code == (403 if page == "add" else 200)
