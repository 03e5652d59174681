"""The database refuses to change the past, whoever asks."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import services, triggers
from audit.models import AuditEntry, Checkpoint
from audit.tests.tampering import as_owner, execute, record_three
from audit.triggers import CHECKPOINT_REFUSAL, HEAD_REFUSAL, REFUSAL

pytestmark = pytest.mark.django_db
FIRST_HEAD_TRIGGER = {
    "sqlite": """CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_chainhead
        WHEN NEW.sequence <> OLD.sequence + 1 BEGIN SELECT RAISE(ABORT, 'by one'); END""",
    "postgresql": """CREATE FUNCTION audit_head_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'by one'; END $$;
        CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_chainhead
        FOR EACH ROW WHEN (NEW.sequence <> OLD.sequence + 1) EXECUTE FUNCTION audit_head_refuse()""",
}


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
        ("UPDATE audit_checkpoint SET signature = 'f'", CHECKPOINT_REFUSAL),
        ("DELETE FROM audit_checkpoint", CHECKPOINT_REFUSAL),
    ],
)
def test_the_past_cannot_be_changed_by_sql(statement: str, refusal: str) -> None:
    record_three()
    Checkpoint.objects.create(sequence=3, hash="", signature="", at=timezone.now())

    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        execute(statement)

    assert AuditEntry.objects.count() == 3
    with as_owner():  # the triggers, and nothing else, were what stood in the way
        execute(statement)


@pytest.mark.parametrize("table", ["audit_auditentry", "audit_chainhead", "audit_checkpoint"])
def test_tables_cannot_be_emptied_at_once(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    record_three()

    with pytest.raises(DatabaseError, match=r"audit|chain"), transaction.atomic():
        execute(f"TRUNCATE {table}")

    assert AuditEntry.objects.count() == 3


def test_a_database_with_the_first_triggers_gets_the_present_ones() -> None:
    """Its head moved by one entry only, and its checkpoints could be deleted."""
    triggers.drop(connection)
    execute(FIRST_HEAD_TRIGGER[connection.vendor])
    with pytest.raises(DatabaseError, match="by one"), transaction.atomic():
        services.record_many([services.Draft("first"), services.Draft("second")])

    import_module("audit.migrations.0004_renew_triggers").renew(apps, connection.schema_editor())

    services.record_many([services.Draft("first"), services.Draft("second")])
    assert AuditEntry.objects.count() == 2
    with pytest.raises(DatabaseError, match=HEAD_REFUSAL), transaction.atomic():
        execute("UPDATE audit_chainhead SET sequence = 1")


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("INSERT OR REPLACE INTO audit_auditentry SELECT * FROM audit_auditentry WHERE sequence = 2", REFUSAL),
        ("INSERT OR REPLACE INTO audit_chainhead (id, sequence, hash) VALUES (1, 2, 'f')", HEAD_REFUSAL),
    ],
)
def test_nothing_is_written_over_on_sqlite(statement: str, refusal: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    record_three()

    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        execute(statement)
    with as_owner():
        execute(statement)
