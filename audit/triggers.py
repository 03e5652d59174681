"""The database's own refusal to change the past: triggers, in each vendor's words.

They stop every client, the product's own code included.  A database owner can drop them; the hashes, the signed
checkpoints and the copy of those outside the database are what betrays that.

A change of this file reaches migrated databases only by a new migration that calls `renew`.  A migration
that rebuilds one of the tables on SQLite loses its triggers, and must call it too.
"""

from typing import Any, Final

REFUSAL: Final = "audit entries are never changed or deleted"
CHECKPOINT_REFUSAL: Final = "audit checkpoints are never changed or deleted"
HEAD_REFUSAL: Final = "the head of the audit chain only moves forward"

# SQLite's INSERT OR REPLACE deletes without firing a DELETE trigger, so that an insert over an existing key is refused.
SQLITE: Final = (
    f"""CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_auditentry
        WHEN EXISTS (SELECT 1 FROM audit_auditentry
                     WHERE id = NEW.id OR sequence = NEW.sequence OR hash = NEW.hash)
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_checkpoint_no_replace BEFORE INSERT ON audit_checkpoint
        WHEN EXISTS (SELECT 1 FROM audit_checkpoint WHERE id = NEW.id OR sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, '{CHECKPOINT_REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON audit_chainhead
        WHEN EXISTS (SELECT 1 FROM audit_chainhead WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{HEAD_REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_auditentry
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_auditentry
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE ON audit_checkpoint
        BEGIN SELECT RAISE(ABORT, '{CHECKPOINT_REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint
        BEGIN SELECT RAISE(ABORT, '{CHECKPOINT_REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_chainhead WHEN NEW.sequence <= OLD.sequence
        BEGIN SELECT RAISE(ABORT, '{HEAD_REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_chainhead
        BEGIN SELECT RAISE(ABORT, '{HEAD_REFUSAL}'); END""",
)
SQLITE_DROP: Final = tuple(
    f"DROP TRIGGER IF EXISTS {name}"
    for name in (
        "audit_entry_no_replace",
        "audit_checkpoint_no_replace",
        "audit_head_no_replace",
        "audit_entry_no_update",
        "audit_entry_no_delete",
        "audit_checkpoint_no_update",
        "audit_checkpoint_no_delete",
        "audit_head_forward",
        "audit_head_no_delete",
    )
)
POSTGRESQL: Final = (
    f"""CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    f"""CREATE FUNCTION audit_checkpoint_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{CHECKPOINT_REFUSAL}'; END $$""",
    f"""CREATE FUNCTION audit_head_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{HEAD_REFUSAL}'; END $$""",
    """CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_auditentry
        FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_checkpoint_no_change BEFORE UPDATE OR DELETE ON audit_checkpoint
        FOR EACH ROW EXECUTE FUNCTION audit_checkpoint_refuse()""",
    """CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint
        FOR EACH STATEMENT EXECUTE FUNCTION audit_checkpoint_refuse()""",
    """CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_chainhead
        FOR EACH ROW WHEN (NEW.sequence <= OLD.sequence) EXECUTE FUNCTION audit_head_refuse()""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_chainhead
        FOR EACH ROW EXECUTE FUNCTION audit_head_refuse()""",
    """CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_chainhead
        FOR EACH STATEMENT EXECUTE FUNCTION audit_head_refuse()""",
)
POSTGRESQL_DROP: Final = (
    "DROP TRIGGER IF EXISTS audit_entry_no_change ON audit_auditentry",
    "DROP TRIGGER IF EXISTS audit_entry_no_truncate ON audit_auditentry",
    "DROP TRIGGER IF EXISTS audit_checkpoint_no_change ON audit_checkpoint",
    "DROP TRIGGER IF EXISTS audit_checkpoint_no_truncate ON audit_checkpoint",
    "DROP TRIGGER IF EXISTS audit_head_forward ON audit_chainhead",
    "DROP TRIGGER IF EXISTS audit_head_no_delete ON audit_chainhead",
    "DROP TRIGGER IF EXISTS audit_head_no_truncate ON audit_chainhead",
    "DROP FUNCTION IF EXISTS audit_refuse()",
    "DROP FUNCTION IF EXISTS audit_checkpoint_refuse()",
    "DROP FUNCTION IF EXISTS audit_head_refuse()",
)


def create(connection: Any) -> None:
    """Put the triggers on the connection's database."""
    _execute(connection, POSTGRESQL if connection.vendor == "postgresql" else SQLITE)


def drop(connection: Any) -> None:
    """Take them off where they are, for migrations; nothing else in the product calls this."""
    _execute(connection, POSTGRESQL_DROP if connection.vendor == "postgresql" else SQLITE_DROP)


def renew(connection: Any) -> None:
    """Put the triggers on as they are written here, whichever the database has now."""
    drop(connection)
    create(connection)


def _execute(connection: Any, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
