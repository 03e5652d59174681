"""The only writer of audit entries, and the check of the chain."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from audit.chain import GENESIS, Content, entry_hash
from audit.models import AuditEntry, ChainHead

HEAD = 1
ROWS_AT_A_TIME = 2000


class Actor(Protocol):
    """Whoever acts: a user row, named without importing one."""

    @property
    def pk(self) -> int: ...

    def get_username(self) -> str: ...


@dataclass(frozen=True)
class Verification:
    """The outcome of walking the chain; `broken` is the sequence number of the first entry that does not fit."""

    entries: int
    broken: int | None = None
    reason: str = ""


@transaction.atomic
def record(
    *,
    action: str,
    actor: Actor | None = None,
    actor_name: str = "",
    object_type: str = "",
    object_id: str | int = "",
    detail: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Append one entry, in the caller's transaction: when this fails, so does what it records.

    `actor_name` is for people we do not know, such as the name typed at a failed sign-in.
    """
    head, _ = ChainHead.objects.select_for_update().get_or_create(pk=HEAD)
    content = Content(
        sequence=head.sequence + 1,
        at=at or timezone.now(),
        actor_id=actor.pk if actor else None,
        actor_name=actor.get_username() if actor else actor_name,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        # As the store will give it back: dates and decimals become text before they are hashed.
        detail=json.loads(json.dumps(detail or {}, cls=DjangoJSONEncoder, allow_nan=False)),
    )
    written = AuditEntry.objects.create(
        **content, previous_hash=head.hash, hash=entry_hash(content, previous=head.hash)
    )
    head.sequence, head.hash = written.sequence, written.hash
    head.save(update_fields=["sequence", "hash"])
    return written


def verify() -> Verification:
    """Walk the whole chain and name the first entry that does not fit."""
    previous, count = GENESIS, 0
    for entry in AuditEntry.objects.in_order().iterator(chunk_size=ROWS_AT_A_TIME):
        if reason := _fault(entry, expected_sequence=count + 1, previous=previous):
            return Verification(entries=count, broken=count + 1, reason=reason)
        previous, count = entry.hash, count + 1
    head = ChainHead.objects.filter(pk=HEAD).first() or ChainHead()
    if (head.sequence, head.hash) != (count, previous):
        return Verification(count, count + 1, f"the chain ends at entry {count}, its head says {head.sequence}")
    return Verification(entries=count)


def _fault(entry: AuditEntry, *, expected_sequence: int, previous: str) -> str:
    if entry.sequence != expected_sequence:
        return f"entry {expected_sequence} is missing, the next one found is {entry.sequence}"
    if entry.previous_hash != previous:
        return "it does not continue the entry before it"
    if entry.hash != entry.expected_hash():
        return "its content does not match its hash"
    return ""
