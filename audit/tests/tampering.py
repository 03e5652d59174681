"""What somebody with the database in hand could do: below the ORM, with the triggers off."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from audit import services, triggers
from audit.chain import GENESIS
from audit.models import AuditEntry


def record_three() -> list[AuditEntry]:
    return [services.record(action="test", object_type="thing", object_id=n, detail={"n": n}) for n in range(1, 4)]


@contextmanager
def as_owner() -> Iterator[None]:
    """Take the triggers off, as the owner of the database can."""
    triggers.drop(connection)
    yield
    triggers.create(connection)


def execute(statement: str, *values: str | int | datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def tamper(statement: str, *values: str | int | datetime) -> None:
    with as_owner():
        execute(statement, *values)


def rewrite_from(sequence: int, *, actor_name: str) -> None:
    """Change one entry and give it and everything behind it fresh hashes, the head included."""
    previous = GENESIS
    with as_owner():
        for entry in AuditEntry.objects.in_order():
            if entry.sequence >= sequence:
                if entry.sequence == sequence:
                    entry.actor_name = actor_name
                entry.previous_hash = previous
                statement = "UPDATE audit_auditentry SET actor_name = %s, previous_hash = %s, hash = %s WHERE id = %s"
                entry.hash = entry.expected_hash()
                execute(statement, entry.actor_name, previous, entry.hash, entry.pk)
            previous = entry.hash
        execute("UPDATE audit_chainhead SET hash = %s", previous)


def cut_off_after(sequence: int) -> None:
    """Delete the tail and set the head back to match."""
    with as_owner():
        execute("DELETE FROM audit_auditentry WHERE sequence > %s", sequence)
        last = AuditEntry.objects.get(sequence=sequence)
        execute("UPDATE audit_chainhead SET sequence = %s, hash = %s", sequence, last.hash)
