"""API sign-ins: tokens that rotate, betray their theft and end at once; every end is announced to the web processes."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import devices, jwt
from accounts.models import TokenFamily, User
from audit import services as audit
from riskplatform.lib import broadcast, errors

LONGEST_LIFE = timedelta(days=30)  # of a family, however often it is refreshed
KEPT_AFTER_END = timedelta(days=30)
UNUSED = "-"  # no hash looks like this


class TokenNotValid(errors.NotAuthenticated):
    code = "token_not_valid"


@dataclass(frozen=True)
class TokenPair:
    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "bearer"


@transaction.atomic
def begin(user: User, *, user_agent: str, address: str | None) -> TokenPair:
    """Begin a family for who has just proved who they are."""
    now = timezone.now()
    TokenFamily.objects.filter(user=user, expires_at__lt=now - KEPT_AFTER_END).delete()
    family = TokenFamily.objects.create(
        user=user,
        user_agent=devices.printable(user_agent),
        address=address,
        current_hash=UNUSED,
        created_at=now,
        last_used_at=now,
        expires_at=now,
    )
    return reissue(user, family=family.pk)


@transaction.atomic
def reissue(user: User, *, family: uuid.UUID) -> TokenPair:
    """Return new tokens for a family of who has just proved who they are; its old refresh token is spent."""
    row = TokenFamily.objects.filter(pk=family, user=user, revoked_at=None).first()
    pair = None
    if row is not None:
        row.user = user  # with the version and password of now
        pair = _turned(TokenFamily.objects.filter(pk=family, revoked_at=None), row)
    if pair is None:
        raise TokenNotValid("This sign-in has ended.")
    return pair


def rotate(refresh_token: str) -> TokenPair:
    """Trade a refresh token for the next pair, once.

    An old token of a family means that two hold it and nobody knows who is who: the whole family ends.  The loser
    of two parallel uses is such a second use too.  Raises TokenNotValid, and not from inside the transaction that
    ends the family, which must stand.
    """
    claims = jwt.read_refresh(refresh_token)
    family = TokenFamily.objects.select_related("user").filter(pk=claims.family).first() if claims else None
    if claims is None or family is None or not family.user.is_active or not claims.fits(family.user):
        raise TokenNotValid("The refresh token is not valid.")
    presented = TokenFamily.objects.open().filter(pk=family.pk, current_hash=_hash(claims.jti))
    pair = _turned(presented, family)
    if pair is None:
        _end_after_reuse(family)
        raise TokenNotValid("The refresh token is not valid.")
    return pair


@transaction.atomic
def end(user: User, *, family: uuid.UUID, reason: TokenFamily.Reason) -> bool:
    """Revoke one open family of the user; return whether there was one."""
    ended = _revoke(TokenFamily.objects.filter(user=user, pk=family), reason)
    if ended:
        announce(user.pk)
    return bool(ended)


@transaction.atomic
def end_by_choice(user: User, *, family: uuid.UUID) -> None:
    """End one of one's own sign-ins from a list.  Raises Missing when it is not theirs or has ended."""
    if not end(user, family=family, reason=TokenFamily.Reason.ENDED_BY_USER):
        raise errors.Missing("There is no such open sign-in of yours.")
    audit.record(action="session_ended", actor=user, object_type="token_family", object_id=str(family))


@transaction.atomic
def end_by_operator(family: TokenFamily, *, by: User) -> None:
    """End somebody's sign-in.  Raises Missing when it has ended already."""
    if not end(family.user, family=family.pk, reason=TokenFamily.Reason.ENDED_BY_ADMIN):
        raise errors.Missing("This sign-in has ended already.")
    audit.record(
        action="session_ended",
        actor=by,
        object_type="token_family",
        object_id=str(family.pk),
        detail={"username": family.user.username},
    )


@transaction.atomic
def end_all(user: User, *, but: uuid.UUID | None = None) -> None:
    """Revoke every family of a user whose account has changed, but one, and announce it."""
    families = TokenFamily.objects.filter(user=user)
    _revoke(families.exclude(pk=but) if but else families, TokenFamily.Reason.ACCOUNT_CHANGED)
    announce(user.pk)


def end_every(user: User, *, reason: TokenFamily.Reason) -> int:
    """Revoke every open family of a user; return how many there were.  The caller records and announces it."""
    return _revoke(TokenFamily.objects.open().filter(user=user), reason)


def announce(user_id: int) -> None:
    """Tell every web process, on commit, to look again at that user's sockets."""
    broadcast.publish_on_commit("revocation", [{"user_id": user_id}])


def open_families(user: User) -> QuerySet[TokenFamily]:
    return TokenFamily.objects.open().filter(user=user).order_by("-last_used_at")


def _turned(current: QuerySet[TokenFamily], family: TokenFamily) -> TokenPair | None:
    """Move the family on if it still is `current`: one conditional update, so that one of two callers wins."""
    now = timezone.now()
    until = min(now + timedelta(hours=settings.REFRESH_TOKEN_EXPIRE_HOURS), family.created_at + LONGEST_LIFE)
    refresh = jwt.refresh_for(family, until=until)
    if not current.update(current_hash=_hash(refresh.jti), last_used_at=now, expires_at=until):
        return None
    return TokenPair(jwt.access_for(family).text, refresh.text, expires_in=jwt.access_seconds())


@transaction.atomic
def _end_after_reuse(family: TokenFamily) -> None:
    if not _revoke(TokenFamily.objects.filter(pk=family.pk), TokenFamily.Reason.REUSE):
        return
    audit.record(
        action="refresh_reuse_detected",
        actor=family.user,
        object_type="token_family",
        object_id=str(family.pk),
        detail={"address": family.address, "user_agent": family.user_agent},
    )
    announce(family.user_id)


def _revoke(families: QuerySet[TokenFamily], reason: TokenFamily.Reason) -> int:
    return families.filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_reason=reason)


def _hash(jti: str) -> str:
    return hashlib.sha256(jti.encode()).hexdigest()
