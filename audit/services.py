"""The only writer of audit entries and checkpoints."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from audit.chain import Content, entry_hash
from audit.checkpoints import Mark, append, sign
from audit.models import AuditEntry, ChainHead, Checkpoint
from audit.verification import HEAD, checkpoint_file, stretch_fault
from riskplatform.lib import errors


class ChainBroken(errors.DomainError):
    """What was about to be signed does not hold."""

    code = "audit_chain_broken"


class Actor(Protocol):
    """Whoever acts: a user row, named without importing one."""

    @property
    def pk(self) -> int: ...

    def get_username(self) -> str: ...


@dataclass(frozen=True)
class Draft:
    """What an entry is to say; see `record`."""

    action: str
    actor: Actor | None = None
    actor_name: str = ""
    object_type: str = ""
    object_id: str | int = ""
    detail: Mapping[str, object] | None = None
    at: datetime | None = None


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
    return record_many([Draft(action, actor, actor_name, object_type, object_id, detail, at)])[0]


@transaction.atomic
def record_many(drafts: Sequence[Draft]) -> list[AuditEntry]:
    """Append entries in their order, in the caller's transaction: a market-wide move opens hundreds of alerts."""
    if not drafts:
        return []
    head, _ = ChainHead.objects.select_for_update().get_or_create(pk=HEAD)
    entries: list[AuditEntry] = []
    previous = head.hash
    for sequence, draft in enumerate(drafts, start=head.sequence + 1):
        content = _content(draft, sequence)
        entries.append(AuditEntry(**content, previous_hash=previous, hash=entry_hash(content, previous=previous)))
        previous = entries[-1].hash
    AuditEntry.objects.bulk_create(entries)
    head.sequence, head.hash = entries[-1].sequence, previous
    head.save(update_fields=["sequence", "hash"])
    return entries


def _content(draft: Draft, sequence: int) -> Content:
    return Content(
        sequence=sequence,
        at=draft.at or timezone.now(),
        actor_id=draft.actor.pk if draft.actor else None,
        actor_name=draft.actor.get_username() if draft.actor else draft.actor_name,
        action=draft.action,
        object_type=draft.object_type,
        object_id=str(draft.object_id),
        # As the store will give it back: dates and decimals become text before they are hashed.
        detail=json.loads(json.dumps(draft.detail or {}, cls=DjangoJSONEncoder, allow_nan=False)),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
    )


@transaction.atomic
def checkpoint() -> Checkpoint | None:
    """Sign where the chain stands, in the database and in the file outside it; None when nothing was appended since.

    Raises ChainBroken where what was written since the last checkpoint does not hold: it is not signed.
    """
    head, last = ChainHead.objects.filter(pk=HEAD).first(), Checkpoint.objects.last()
    if head is None or head.sequence == (last.sequence if last else 0):
        return None
    if reason := stretch_fault(last, head):
        raise ChainBroken(f"The audit chain is not signed, it does not hold: {reason}.")
    at = timezone.now()
    signature = sign(head.sequence, head.hash, at, key=settings.AUDIT_SIGNING_KEY)
    facts = {"hash": head.hash, "at": at, "signature": signature}
    written, is_ours = Checkpoint.objects.get_or_create(sequence=head.sequence, defaults=facts)
    if not is_ours:
        return None
    append(checkpoint_file(), Mark(head.sequence, head.hash, at, signature))
    return written
