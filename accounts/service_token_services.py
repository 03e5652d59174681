"""Service tokens, `rst_<identifier>_<secret>`: what a machine shows instead of a person's password."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import family_services
from accounts.capabilities import CAPABILITIES, Capability
from accounts.models import ServiceToken, User
from audit import services as audit
from riskplatform.lib import errors

PREFIX = "rst_"
LONGEST_LIFE = timedelta(days=366)
USE_NOTED_EVERY = timedelta(minutes=1)


class ScopesNotGrantable(errors.Forbidden):
    code = "scopes_not_grantable"


@dataclass(frozen=True)
class Issued:
    """A fresh token with its value, which is not kept and cannot be shown again."""

    row: ServiceToken
    value: str


@transaction.atomic
def issue(*, name: str, owner_id: int, scopes: Collection[str], expires_at: datetime, by: User) -> Issued:
    """Make a token that acts as its owner, narrowed to `scopes`.

    Raises Invalid for an end in the past or too far off and for an owner who is not there or not active, and
    ScopesNotGrantable for what the owner, or who makes it, may not do.
    """
    _check_end(expires_at)
    owner = User.objects.filter(pk=owner_id, is_active=True).first()
    if owner is None:
        raise errors.Invalid("The owner must be an active user.")
    _check_scopes(scopes, owner=owner, by=by)
    identifier, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = ServiceToken.objects.create(
        identifier=identifier,
        name=name,
        owner=owner,
        created_by=by,
        scopes=sorted(set(scopes)),
        secret_hash=_hash(secret),
        expires_at=expires_at,
    )
    _record("service_token_created", row, by=by)
    return Issued(row, f"{PREFIX}{identifier}_{secret}")


@transaction.atomic
def revoke(*, pk: int, by: User) -> None:
    """End a token, at once and for good.  Raises Missing when there is none; a second time changes nothing."""
    row = ServiceToken.objects.select_related("owner").filter(pk=pk).first()
    if row is None:
        raise errors.Missing("There is no such service token.")
    if ServiceToken.objects.filter(pk=pk, revoked_at=None).update(revoked_at=timezone.now()):
        _record("service_token_revoked", row, by=by)
        family_services.announce(row.owner_id)


def is_service_token(text: str) -> bool:
    return text.startswith(PREFIX)


def owner_of(text: str) -> tuple[User, str] | None:
    """Return the owner, narrowed to the scopes, and the identifier; None when the token does not count."""
    identifier, _, secret = text.removeprefix(PREFIX).partition("_")
    row = _open(identifier)
    if row is None or not constant_time_compare(row.secret_hash, _hash(secret)):
        return None
    _note_use(row)
    return _narrowed(row), identifier


def owner_by_identifier(identifier: str) -> User | None:
    """Return the narrowed owner of an open token whose secret was checked before, when a ticket was issued."""
    row = _open(identifier)
    return _narrowed(row) if row else None


def _open(identifier: str) -> ServiceToken | None:
    if not (identifier.isascii() and identifier.isalnum()):
        return None
    row = ServiceToken.objects.select_related("owner").filter(identifier=identifier).first()
    return row if row and row.is_open(at=timezone.now()) and row.owner.is_active else None


def _narrowed(row: ServiceToken) -> User:
    owner = row.owner
    owner.scopes = frozenset(row.scopes)  # type: ignore[misc]  # a fact of this instance, not of the class
    return owner


def _note_use(row: ServiceToken) -> None:
    now = timezone.now()
    if row.last_used_at is None or row.last_used_at <= now - USE_NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        ServiceToken.objects.filter(stale, pk=row.pk).update(last_used_at=now)


def _check_end(expires_at: datetime) -> None:
    now = timezone.now()
    if not now < expires_at <= now + LONGEST_LIFE:
        raise errors.Invalid("expires_at must lie in the future, at most one year ahead.")


def _check_scopes(scopes: Collection[str], *, owner: User, by: User) -> None:
    owners = CAPABILITIES.get(owner.role, frozenset[Capability]())
    refused = sorted(scope for scope in set(scopes) if scope not in owners or not by.can(scope))
    if refused:
        raise ScopesNotGrantable(f"Not for this owner, or not yours to give: {', '.join(refused)}.")


def _record(action: str, row: ServiceToken, *, by: User) -> None:
    audit.record(
        action=action,
        actor=by,
        object_type="service_token",
        object_id=row.identifier,
        detail={"name": row.name, "owner": row.owner.username, "scopes": row.scopes, "expires_at": row.expires_at},
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
