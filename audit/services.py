"""The only writer of audit entries and checkpoints."""

import json
from collections.abc import Mapping
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
from audit.verification import HEAD, checkpoint_file


class Actor(Protocol):
    """Whoever acts: a user row, named without importing one."""

    @property
    def pk(self) -> int: ...

    def get_username(self) -> str: ...


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
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
    )
    written = AuditEntry.objects.create(
        **content, previous_hash=head.hash, hash=entry_hash(content, previous=head.hash)
    )
    head.sequence, head.hash = written.sequence, written.hash
    head.save(update_fields=["sequence", "hash"])
    return written


@transaction.atomic
def checkpoint() -> Checkpoint | None:
    """Sign where the chain stands, in the database and in the file outside it; None when nothing was appended since."""
    head = ChainHead.objects.select_for_update().filter(pk=HEAD).first()
    if head is None or head.sequence == 0 or Checkpoint.objects.filter(sequence=head.sequence).exists():
        return None
    at = timezone.now()
    signature = sign(head.sequence, head.hash, at, key=settings.AUDIT_SIGNING_KEY)
    written = Checkpoint.objects.create(sequence=head.sequence, hash=head.hash, at=at, signature=signature)
    append(checkpoint_file(), Mark(head.sequence, head.hash, at, signature))
    return written
