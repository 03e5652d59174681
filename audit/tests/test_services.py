"""The chain: what it holds, and that it betrays every kind of tampering."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from audit import services
from audit.models import AppendOnly, AuditEntry

pytestmark = pytest.mark.django_db


def record_three() -> list[AuditEntry]:
    return [services.record(action="test", object_type="thing", object_id=n, detail={"n": n}) for n in range(1, 4)]


def execute(statement: str, *values: str | int | datetime) -> None:
    """Write below the ORM, as somebody with access to the database would."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_untouched_chain_holds() -> None:
    record_three()

    assert services.verify() == services.Verification(entries=3)


def test_an_empty_chain_holds() -> None:
    assert services.verify() == services.Verification(entries=0)


def test_a_changed_entry_is_named() -> None:
    entries = record_three()

    execute("UPDATE audit_auditentry SET actor_name = %s WHERE id = %s", "mallory", entries[1].pk)

    assert services.verify().broken == 2


def test_a_changed_time_is_named() -> None:
    entries = record_three()

    execute("UPDATE audit_auditentry SET at = %s WHERE id = %s", datetime(2020, 1, 1, tzinfo=UTC), entries[0].pk)

    assert services.verify().broken == 1


def test_a_removed_entry_is_named() -> None:
    entries = record_three()

    execute("DELETE FROM audit_auditentry WHERE id = %s", entries[1].pk)

    assert services.verify().broken == 2


def test_a_cut_off_tail_is_noticed() -> None:
    entries = record_three()

    execute("DELETE FROM audit_auditentry WHERE id = %s", entries[2].pk)

    assert services.verify().broken == 3


def test_a_rewritten_entry_with_a_fresh_hash_breaks_the_next() -> None:
    entries = record_three()
    entries[0].actor_name = "mallory"

    execute(
        "UPDATE audit_auditentry SET actor_name = %s, hash = %s WHERE id = %s",
        "mallory",
        entries[0].expected_hash(),
        entries[0].pk,
    )

    assert services.verify().broken == 2


def test_entries_can_be_neither_changed_nor_deleted_through_the_model() -> None:
    entry = record_three()[0]

    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        entry.delete()
    with pytest.raises(AppendOnly):
        AuditEntry.objects.update(actor_name="mallory")
    with pytest.raises(AppendOnly):
        AuditEntry.objects.all().delete()


def test_what_a_detail_holds_survives_the_store() -> None:
    detail = {
        "time": timezone.now(),
        "amount": Decimal("1.10"),
        "large": 1e20,
        "zero": -0.0,
        "text": "ü₹",
        "n": [1, 2.5],
    }

    services.record(action="test", detail=detail)

    assert services.verify() == services.Verification(entries=1)


def test_a_detail_with_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        services.record(action="test", detail={"score": float("nan")})


def test_an_entry_goes_with_the_transaction_that_it_records() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        services.record(action="test")
        raise RuntimeError("the action failed")

    assert services.verify() == services.Verification(entries=0)


def test_the_command_names_the_first_broken_entry() -> None:
    entries = record_three()
    execute("UPDATE audit_auditentry SET action = 'x' WHERE id = %s", entries[1].pk)

    with pytest.raises(CommandError, match="breaks at entry 2"):
        call_command("verify_audit")


def test_the_command_says_when_the_chain_holds() -> None:
    record_three()
    out = io.StringIO()

    call_command("verify_audit", stdout=out)

    assert out.getvalue() == "The audit chain holds: 3 entries.\n"
