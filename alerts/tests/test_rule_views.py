"""The rules' API: who may, what is refused and how it is said, and that each change is a version with its author."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from alerts.tests.factories import make_alert
from audit.models import AuditEntry
from risk import config_services as configuration
from risk.configuration import RiskConfig
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db
RULES = "/api/v1/alerts/rules"
FALLS = {"key": "falls", "kind": "drawdown", "enter": 5, "exit": 4, "window": "session"}


def signed_in(role: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user(role))
    return client


@pytest.fixture
def admin() -> APIClient:
    return signed_in("admin")


def post(client: APIClient, **values: Any) -> Any:
    return client.post(RULES, {**FALLS, "reason": "for a test", **values}, format="json")


@pytest.mark.parametrize(("role", "reads", "changes"), [("viewer", 403, 403), ("analyst", 200, 403)])
def test_analysts_read_and_administrators_change(role: str, reads: int, changes: int) -> None:
    client = signed_in(role)

    assert client.get(RULES).status_code == client.get(f"{RULES}/score").status_code == reads
    assert post(client).status_code == changes
    assert client.put(f"{RULES}/score", {"reason": "why"}, format="json").status_code == changes
    assert client.delete(f"{RULES}/score?reason=why").status_code == changes


def test_the_list_says_what_each_rule_measures_where_and_how_many_alerts_go_on(admin: APIClient) -> None:
    make_alert(make_instruments()[0])

    answer = admin.get(RULES).json()

    rows = {row["key"]: row for row in answer["rules"]}
    assert list(rows) == [rule.key for rule in RiskConfig().rules]
    assert (rows["score"]["going"], rows["deep_drawdown"]["going"]) == (1, 0)
    assert rows["score"]["settings"]["high_threshold"] == 0.8
    assert rows["pipeline_lag"]["settings"] == {"lag_alert_seconds": 5.0, "lag_clear_seconds": 2.0}
    assert (rows["pipeline_stalled"]["is_built_in"], rows["pipeline_stalled"]["severity"]) == (True, "CRITICAL")
    assert rows["band_near"]["unit"] == "percent of the last close" and not rows["band_near"]["rises"]
    assert "no feed tells the band" in rows["band_near"]["judged_where"]


def test_a_new_rule_is_a_version_with_author_and_reason(admin: APIClient) -> None:
    answer = post(admin)

    assert answer.status_code == 201
    assert (answer.json()["version"], answer.json()["rule"]["enter"]) == (2, 5.0)
    stored = configuration.stored_version(2)
    assert (stored.author_name, stored.reason, stored.changes[0]["name"]) == ("admin", "for a test", "rules.falls")
    assert admin.get(f"{RULES}/falls").json()["rule"]["kind"] == "drawdown"
    assert AuditEntry.objects.get(action="config_changed").detail["changes"][0]["name"] == "rules.falls"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"exit": 6}, "exit"),
        ({"window": "9"}, "window"),
        ({"symbols": ["NOBODY"]}, "symbols"),
        ({"enter": "much"}, "enter"),
        ({"kind": "gut_feeling"}, "kind"),
        ({"key": "Bad Key"}, "key"),
        ({"severity": "NORMAL"}, "severity"),
        ({"colour": "red"}, "colour"),
        ({"reason": ""}, "reason"),
        ({"schedule": ["night"]}, "schedule"),
        ({"pending_seconds": 99_999}, "pending_seconds"),
        ({"enter": "nan"}, "enter"),
        ({"enter": 10**400}, "enter"),
    ],
)
def test_a_wrong_field_is_refused_by_its_name(admin: APIClient, values: dict[str, Any], field: str) -> None:
    answer = post(admin, **values)

    assert answer.status_code == 400, answer.content
    assert field in answer.json()["fields"], answer.json()


def test_a_key_that_is_there_is_a_conflict(admin: APIClient) -> None:
    post(admin)

    answer = post(admin)

    assert (answer.status_code, answer.json()["code"]) == (409, "rule_exists")


@pytest.mark.parametrize("call", ["put", "delete", "enable"])
def test_a_change_based_on_an_older_version_is_refused(admin: APIClient, call: str) -> None:
    post(admin)
    calls: dict[str, Any] = {
        "put": lambda: admin.put(
            f"{RULES}/falls", {**FALLS, "enter": 7, "reason": "why", "based_on": 1}, format="json"
        ),
        "delete": lambda: admin.delete(f"{RULES}/falls?reason=why&based_on=1"),
        "enable": lambda: admin.post(f"{RULES}/odd_volume/enable", {"reason": "why", "based_on": 1}, format="json"),
    }

    answer = calls[call]()

    assert (answer.status_code, answer.json()["code"]) == (409, "config_moved")
    assert configuration.in_force().number == 2


def test_what_a_change_leaves_out_has_its_default_again(admin: APIClient) -> None:
    post(admin, keep_seconds=60, severity="HIGH")

    answer = admin.put(f"{RULES}/falls", {"enter": 7, "exit": 4, "window": "5d", "reason": "why"}, format="json")

    rule = answer.json()["rule"]
    assert (rule["kind"], rule["enter"], rule["window"], rule["keep_seconds"], rule["severity"]) == (
        "drawdown", 7.0, "5d", 0, "MEDIUM"
    )  # fmt: skip


def test_a_rule_keeps_its_kind(admin: APIClient) -> None:
    post(admin)

    answer = admin.put(
        f"{RULES}/falls", {"kind": "volatility_jump", "enter": 3, "exit": 2, "reason": "why"}, format="json"
    )

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["kind"])


def test_a_rule_is_removed_and_a_built_in_one_is_not(admin: APIClient) -> None:
    post(admin)

    assert admin.delete(f"{RULES}/falls?reason=why").status_code == 204
    assert admin.get(f"{RULES}/falls").json()["code"] == "rule_not_found"
    refusal = admin.delete(f"{RULES}/stale_feed?reason=why")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "rule_built_in")


def test_removing_needs_a_reason(admin: APIClient) -> None:
    assert list(admin.delete(f"{RULES}/odd_volume").json()["fields"]) == ["reason"]


def test_a_rule_is_disabled_and_enabled(admin: APIClient) -> None:
    off = admin.post(f"{RULES}/stale_feed/disable", {"reason": "maintenance"}, format="json")
    again = admin.post(f"{RULES}/stale_feed/disable", {"reason": "maintenance"}, format="json")
    on = admin.post(f"{RULES}/stale_feed/enable", {"reason": "done"}, format="json")

    assert (off.json()["rule"]["enabled"], on.json()["rule"]["enabled"]) == (False, True)
    assert (again.status_code, again.json()["code"]) == (400, "nothing_changes")


def test_the_way_back_brings_the_rules_back() -> None:
    by: User = make_user("admin")
    client = APIClient()
    client.force_authenticate(by)
    post(client)

    configuration.roll_back(to=1, reason="it was better before", by=by)

    assert client.get(f"{RULES}/falls").status_code == 404


def test_alerts_are_found_by_the_key_of_a_rule(admin: APIClient) -> None:
    nifty, reliance, _ = make_instruments()
    make_alert(nifty)
    make_alert(reliance, rule="falls", peak_score=None)

    found = admin.get("/api/v1/alerts?rule=falls").json()["results"]

    assert [row["rule"] for row in found] == ["falls"]
    assert admin.get("/api/v1/alerts?rule=Bad%20Key").status_code == 400
