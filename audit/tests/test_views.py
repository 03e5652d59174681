import json
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.tests.factories import access_token, make_user
from audit import export, services
from audit.models import AuditEntry
from audit.tests.tampering import record_three, tamper

pytestmark = pytest.mark.django_db
LOGS, EXPORT = "/api/v1/audit/logs", "/api/v1/audit/export"


@pytest.fixture
def admin() -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user("admin"))
    return client


@pytest.fixture
def entries() -> list[AuditEntry]:
    asha = make_user("analyst", username="asha")
    return [
        services.record(action="login", actor=asha, object_type="user", object_id=1),
        services.record(action="alert_opened", actor_name="pipeline", object_type="alert", object_id=7),
        services.record(action="alert_acknowledged", actor=asha, object_type="alert", object_id=7),
    ]


@pytest.mark.parametrize("address", [LOGS, f"{LOGS}/1", EXPORT])
def test_only_administrators_read_it(entries: list[AuditEntry], address: str) -> None:
    assert APIClient().get(address).status_code == 401
    for role, status in [("viewer", 403), ("analyst", 403), ("admin", 200)]:
        client = APIClient()
        client.force_authenticate(make_user(role))
        assert client.get(address).status_code == status


def test_the_newest_entry_comes_first_with_its_place_in_the_chain(admin: APIClient, entries: list[AuditEntry]) -> None:
    first, *_ = admin.get(LOGS).json()["results"]

    assert (first["sequence"], first["action"], first["actor_name"]) == (3, "alert_acknowledged", "asha")
    assert (first["previous_hash"], first["hash"]) == (entries[1].hash, entries[2].hash)
    assert admin.get(f"{LOGS}/3").json() == first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("actor=asha", [3, 1]),
        ("actor=pipeline", [2]),
        ("actor=nobody", []),
        ("action=login", [1]),
        ("action=login&action=alert_opened", [2, 1]),
        ("object_type=alert", [3, 2]),
        ("object_type=alert&object_id=7&actor=asha", [3]),
        ("from=2020-01-01T00:00:00Z", [3, 2, 1]),
        ("from=2020-01-01T05:30:00%2B05:30&to=2020-01-02T00:00:00Z", []),
        ("to=2020-01-01T00:00:00Z", []),
        ("page_size=1", [3]),
    ],
)
def test_entries_are_filtered(admin: APIClient, entries: list[AuditEntry], query: str, expected: list[int]) -> None:
    assert [row["sequence"] for row in admin.get(f"{LOGS}?{query}").json()["results"]] == expected


def test_an_actor_is_found_by_id_whatever_the_name_was(admin: APIClient, entries: list[AuditEntry]) -> None:
    found = admin.get(LOGS, {"actor": str(entries[0].actor_id)}).json()["results"]

    assert [row["sequence"] for row in found] == [3, 1]


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "from=2026-01-01", "from=2026-01-01T00:00:00", "from=1e9", "to=%00", "actor=%00", "colour=red",
     "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "action=" + "x" * 65, "page_size=0", "cursor=x"],
)  # fmt: skip
@pytest.mark.parametrize("address", [LOGS, EXPORT])
def test_a_filter_that_makes_no_sense_is_refused(admin: APIClient, address: str, query: str) -> None:
    answer = admin.get(f"{address}?{query}")

    assert answer.status_code in {400, 404}
    assert {"code", "detail"} <= set(answer.json())


def test_the_number_of_queries_does_not_grow(
    admin: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        services.record(action="test", object_id=number)

    with django_assert_num_queries(1):
        admin.get(LOGS)


def test_an_entry_that_is_not_there_is_missing(admin: APIClient) -> None:
    assert admin.get(f"{LOGS}/9").status_code == 404
    assert admin.get(f"{LOGS}/999999999999999999").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_reading_is_all_one_can_do(admin: APIClient, method: str) -> None:
    assert getattr(admin, method)(LOGS).status_code == 405


def test_an_export_is_a_file_and_is_audited(admin: APIClient, entries: list[AuditEntry]) -> None:
    answer: Any = admin.get(f"{EXPORT}?object_type=alert")
    text = b"".join(answer.streaming_content).decode()

    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.jsonl"'
    assert [json.loads(line)["sequence"] for line in text.splitlines()] == [2, 3]
    entry = AuditEntry.objects.get(action="audit_exported")
    assert (entry.actor_name, entry.detail["filters"]) == ("admin", {"object_type": ["alert"]})


@pytest.mark.parametrize("ask", [{"query": "?format=csv", "accept": "*/*"}, {"query": "", "accept": "text/csv"}])
def test_an_export_is_csv_on_request(admin: APIClient, entries: list[AuditEntry], ask: dict[str, str]) -> None:
    answer: Any = admin.get(EXPORT + ask["query"], headers={"accept": ask["accept"]})
    lines = b"".join(answer.streaming_content).decode().splitlines()

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0] == ",".join(export.COLUMNS)
    assert len(lines) == 1 + 3


def test_an_export_says_in_its_entry_what_it_held(admin: APIClient, entries: list[AuditEntry]) -> None:
    assert admin.head(EXPORT).status_code == 405
    admin.get(EXPORT)

    (entry,) = AuditEntry.objects.filter(action="audit_exported")
    assert (entry.detail["entries"], entry.detail["first"], entry.detail["last"]) == (3, 1, 3)


@pytest.mark.django_db(transaction=True)
def test_an_export_leaves_a_server_that_is_asynchronous_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "ROWS_AT_A_TIME", 2)
    record_three()
    token = access_token(make_user("admin"))

    async def blocks() -> list[bytes]:
        answer: Any = await AsyncClient().get(EXPORT, headers={"authorization": f"Bearer {token}"})
        return [block async for block in answer.streaming_content]

    assert [block.count(b"\n") for block in async_to_sync(blocks)()] == [2, 1]


def test_the_admin_links_only_to_what_still_exists(client: Client) -> None:
    client.force_login(make_user("admin"))
    person = make_user("viewer")
    entry = services.record(action="user_changed", object_type="user", object_id=person.pk)
    page, link = reverse("admin:audit_auditentry_change", args=[entry.pk]), f"/user/{person.pk}/change/"
    assert link in client.get(page).text

    person.delete()

    assert link not in client.get(page).text


def test_operators_find_read_and_verify_in_the_admin(client: Client) -> None:
    boss = make_user("admin")
    client.force_login(boss)
    services.record(action="user_changed", actor=boss, object_type="user", object_id=boss.pk, detail={"role": "viewer"})
    entry = AuditEntry.objects.get(action="user_changed")
    address = reverse("admin:audit_auditentry_changelist")

    assert "holds" in client.post(address, {"action": "verify_chain", "_selected_action": [entry.pk]}, follow=True).text
    page = client.get(reverse("admin:audit_auditentry_change", args=[entry.pk])).text
    assert reverse("admin:accounts_user_change", args=[boss.pk]) in page
    assert "&quot;role&quot;: &quot;viewer&quot;" in page


def test_the_admin_says_where_the_chain_breaks(client: Client) -> None:
    client.force_login(make_user("admin"))
    entries = record_three()
    first = AuditEntry.objects.in_order().first()
    assert first is not None
    tamper("UPDATE audit_auditentry SET at = %s WHERE id = %s", datetime(2020, 1, 1, tzinfo=UTC), first.pk)
    address = reverse("admin:audit_auditentry_changelist")

    page = client.post(address, {"action": "verify_chain", "_selected_action": [entries[0].pk]}, follow=True).text

    assert "breaks at entry 1 (chain)" in page
