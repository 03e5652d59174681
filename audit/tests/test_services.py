"""What an entry holds, and that it goes with what it records."""

from decimal import Decimal

import pytest
import structlog
from django.db import transaction
from django.utils import timezone

from accounts.tests.factories import make_user
from audit import services
from audit.models import AppendOnly, AuditEntry
from audit.tests.tampering import record_three
from audit.verification import Verification, verify

pytestmark = pytest.mark.django_db


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

    assert verify() == Verification(entries=1)


def test_a_detail_with_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        services.record(action="test", detail={"score": float("nan")})


def test_an_entry_goes_with_the_transaction_that_it_records() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        services.record(action="test")
        raise RuntimeError("the action failed")

    assert verify() == Verification(entries=0)


def test_an_entry_names_the_request_that_made_it() -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        inside = services.record(action="test")
    outside = services.record(action="test")

    assert (inside.request_id, outside.request_id) == ("r-1", "")
    assert verify() == Verification(entries=2)


def test_entries_that_are_written_at_once_are_a_chain_like_any_other() -> None:
    services.record(action="before")

    written = services.record_many([services.Draft("test", object_id=n) for n in range(50)])

    assert [entry.sequence for entry in written] == list(range(2, 52))
    assert verify() == Verification(entries=51)
    assert services.record_many([]) == []


def test_an_actor_who_was_deleted_is_still_named() -> None:
    person = make_user("analyst", username="asha")
    entry = services.record(action="test", actor=person)
    person_id = person.pk

    type(person).objects.filter(pk=person_id).delete()

    entry.refresh_from_db()
    assert (entry.actor_name, entry.actor_id) == ("asha", person_id)
    assert verify().broken is None
