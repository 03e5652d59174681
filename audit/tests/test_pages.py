"""The audit browser, as a browser without JavaScript uses it."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.tests.factories import make_user
from audit import range_verification, services
from audit.models import AuditEntry
from audit.range_verification import RangeVerification, verify_range
from audit.tests.tampering import record_three, tamper

pytestmark = pytest.mark.django_db
PAGES = ["/audit", "/audit/1", "/audit/verify"]
MORNING = datetime(2026, 1, 30, 4, 0, tzinfo=UTC)  # 09:30 in India


@pytest.fixture
def admin(client: Client) -> Client:
    make_user("admin")
    client.force_login(make_user("admin", username="boss"))
    return client


@pytest.fixture
def entries(admin: Client) -> list[AuditEntry]:
    """Behind the sign-in of `admin`, which is entry 1: entries 2 to 4."""
    asha = make_user("analyst", username="asha")
    return [
        services.record(action="user_changed", actor=asha, object_type="user", object_id=7, at=MORNING,
                        detail={"username": "<i>x</i>", "changed": {"role": ["viewer", "analyst"]}}),
        services.record(action="alert_opened", actor_name="pipeline", object_type="alert", object_id=7),
        services.record(action="alert_resolved", actor=asha, object_type="alert", object_id=7,
                        detail={"from": "open", "to": "resolved"}),
    ]  # fmt: skip


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"<b>#(\d+)</b>", page)]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 403), ("viewer", 403), ("nobody", 302)])
def test_only_administrators_browse_it(client: Client, address: str, role: str, status: int) -> None:
    record_three()
    if role != "nobody":
        client.force_login(make_user(role))

    assert client.get(address).status_code == status
    if role not in ("nobody", "admin"):
        assert 'href="/audit"' not in client.get("/account").text


@pytest.mark.parametrize("address", PAGES)
def test_it_can_only_be_read(admin: Client, entries: list[AuditEntry], address: str) -> None:
    assert admin.post(address).status_code == 405


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [4, 3, 2, 1]),
        ("actor=asha", [4, 2]),
        ("actor=asha&action=", [4, 2]),
        ("action=alert_opened", [3]),
        ("object_type=alert&object_id=7&actor=asha", [4]),
        ("from=2026-01-30T09:30&to=2026-01-30T09:31", [2]),
        ("from=2026-01-30T09:31:00&to=2026-01-30T09:32:00", []),
        ("before=3", [2, 1]),
        ("before=x", [4, 3, 2, 1]),
    ],
)
def test_entries_are_filtered_in_indian_time(
    admin: Client, entries: list[AuditEntry], query: str, expected: list[int]
) -> None:
    assert numbers(admin.get(f"/audit?{query}").text) == expected


@pytest.mark.parametrize("query", ["from=yesterday", "actor=%00", "from=2026-01-02T00:00&to=2026-01-01T00:00"])
def test_a_filter_that_makes_no_sense_is_said_beside_its_field(admin: Client, query: str) -> None:
    page = admin.get(f"/audit?{query}")

    assert page.status_code == 400
    assert 'class="problem small"' in page.text and not numbers(page.text)


def test_the_export_link_asks_for_what_is_shown(admin: Client, entries: list[AuditEntry]) -> None:
    page = admin.get("/audit?actor=asha&from=2026-01-30T09:30").text

    (address,) = re.findall(r'href="([^"]*format=jsonl)"', page)
    sent = b"".join(admin.get(address.replace("&amp;", "&")).streaming_content)  # type: ignore[attr-defined]
    assert [line.split(b",")[0] for line in sent.splitlines()] == [b'{"sequence": 2', b'{"sequence": 4']
    assert AuditEntry.objects.latest("sequence").action == "audit_exported"


def test_the_list_goes_on_page_by_page_with_its_filters(
    admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        services.record(action="test", object_type="thing", object_id=number)

    with django_assert_max_num_queries(3):  # session, user, entries
        first = admin.get("/audit?action=test").text

    (older,) = re.findall(r'href="(\?[^"]*before=\d+)"', first)
    rest = admin.get(f"/audit{older.replace('&amp;', '&')}").text
    assert numbers(first) + numbers(rest) == list(range(61, 1, -1))
    assert "Older entries" not in rest


def test_an_entry_shows_before_and_after_and_escapes_both(admin: Client, entries: list[AuditEntry]) -> None:
    page = admin.get("/audit/2").text

    assert "<del>viewer</del></td><td><ins>analyst</ins>" in page
    assert "&lt;i&gt;x&lt;/i&gt;" in page and "<i>x</i>" not in page
    assert "30 Jan 2026, 09:30:00 IST" in page
    assert entries[0].hash in page and "Entry 2 matches its hash" in page


@pytest.mark.parametrize("number", ["0", "99", "9" * 18])
def test_an_entry_that_is_not_there_is_missing(admin: Client, number: str) -> None:
    assert admin.get(f"/audit/{number}").status_code == 404


def test_a_range_that_holds_says_so_with_its_checkpoints(
    admin: Client, entries: list[AuditEntry], settings: Settings, tmp_path: object
) -> None:
    settings.RISK_HOME = tmp_path
    services.checkpoint()

    page = admin.get("/audit/verify?first=2&last=4").text

    assert "3 entries, 2 to 4, match their hashes and continue one another; 1 signed checkpoint" in page


@pytest.mark.parametrize(
    ("statement", "value", "broken"),
    [
        ("UPDATE audit_auditentry SET actor_name = %s WHERE sequence = 3", "somebody", 3),
        ("UPDATE audit_auditentry SET previous_hash = %s WHERE sequence = 3", "0" * 64, 3),
        ("DELETE FROM audit_auditentry WHERE sequence > 1 AND sequence < %s", 3, 2),
        ("DELETE FROM audit_auditentry WHERE sequence = %s", 1, 1),
    ],
)
def test_a_range_that_was_tampered_with_names_the_first_entry(
    admin: Client, entries: list[AuditEntry], statement: str, value: str | int, broken: int
) -> None:
    tamper(statement, value)

    assert f"The chain breaks at entry {broken}: " in admin.get("/audit/verify").text


def test_a_range_must_continue_what_is_before_it(admin: Client, entries: list[AuditEntry]) -> None:
    tamper("DELETE FROM audit_auditentry WHERE sequence = %s", 2)

    assert verify_range(3, 4) == RangeVerification(3, 4, 0, 0, 3, "entry 2, which it continues, is missing")


def test_a_checkpoint_that_saw_another_hash_is_a_break(entries: list[AuditEntry]) -> None:
    signed = services.checkpoint()
    assert signed
    tamper("UPDATE audit_checkpoint SET signature = %s", "0" * 64)

    assert verify_range(1, 4).broken == 4


@pytest.mark.parametrize("query", ["first=x", "first=3&last=2", "first=1&last=99", "last=0.5"])
def test_a_range_that_makes_no_sense_is_refused(admin: Client, entries: list[AuditEntry], query: str) -> None:
    page = admin.get(f"/audit/verify?{query}")

    assert page.status_code == 400 and 'role="alert"' in page.text and "match their hashes" not in page.text


def test_a_page_verifies_no_more_than_it_can_soon(
    admin: Client, entries: list[AuditEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.pages.MOST_ENTRIES", 3)

    assert admin.get("/audit/verify?first=1&last=4").status_code == 400
    assert admin.get("/audit/verify?first=2&last=4").status_code == 200
    assert range_verification.MOST_ENTRIES == 10_000
