"""The database refuses to change the past, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEntry
from audit.tests.tampering import as_owner, execute, record_three
from audit.triggers import HEAD_REFUSAL, REFUSAL

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE audit_auditentry SET actor_name = 'mallory' WHERE sequence = 2", REFUSAL),
        ("UPDATE audit_auditentry SET hash = hash", REFUSAL),
        ("DELETE FROM audit_auditentry WHERE sequence = 3", REFUSAL),
        ("DELETE FROM audit_auditentry", REFUSAL),
        ("UPDATE audit_chainhead SET sequence = 2", HEAD_REFUSAL),
        ("UPDATE audit_chainhead SET hash = 'f'", HEAD_REFUSAL),
        ("DELETE FROM audit_chainhead", HEAD_REFUSAL),
    ],
)
def test_the_past_cannot_be_changed_by_sql(statement: str, refusal: str) -> None:
    record_three()

    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        execute(statement)

    assert AuditEntry.objects.count() == 3
    with as_owner():  # the triggers, and nothing else, were what stood in the way
        execute(statement)


@pytest.mark.parametrize("table", ["audit_auditentry", "audit_chainhead"])
def test_tables_cannot_be_emptied_at_once(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    record_three()

    with pytest.raises(DatabaseError, match=r"audit|chain"), transaction.atomic():
        execute(f"TRUNCATE {table}")

    assert AuditEntry.objects.count() == 3
