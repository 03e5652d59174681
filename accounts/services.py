"""Signing in and out, by whichever door, and its trace in the audit log."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import client_address, family_services, jwt, service_token_services, tickets
from accounts.doors import Door, DoorKind
from accounts.family_services import TokenPair
from accounts.models import TokenFamily, User
from audit import services as audit
from riskplatform.lib import errors


class BadCredentials(errors.NotAuthenticated):
    code = "bad_credentials"


@dataclass(frozen=True)
class Holder:
    """Who holds a credential, and the door that it belongs to."""

    user: User
    door: Door


def sign_in(request: HttpRequest, *, identifier: str, password: str) -> TokenPair:
    """Return tokens for a user name or e-mail address.

    Raises BadCredentials, with one sentence for a wrong name, a wrong password and a deactivated user, and
    TooManyAttempts.
    """
    user = authenticate(request, username=identifier, password=password)
    if not isinstance(user, User):
        raise BadCredentials("The name or the password is wrong, or the account is not active.")
    with transaction.atomic():
        user_logged_in.send(sender=User, request=request, user=user)
        return family_services.begin(
            user, user_agent=request.headers.get("User-Agent", ""), address=client_address.of(request)
        )


@transaction.atomic
def sign_out_of_family(user: User, *, family: uuid.UUID) -> bool:
    """End one API sign-in of the user; its access token ends with it.  Return whether it was theirs and open."""
    ended = family_services.end(user, family=family, reason=TokenFamily.Reason.SIGNED_OUT)
    if ended:
        audit.record(action="logout", actor=user, object_type="user", object_id=user.pk, detail={"door": "api"})
    return ended


def holder_of_bearer(token: str) -> Holder | None:
    """Return the active user of an access token or service token, with one query; None when it does not count."""
    if service_token_services.is_service_token(token):
        owner, identifier = service_token_services.owner_of(token) or (None, "")
        return Holder(owner, Door(DoorKind.SERVICE, identifier)) if owner else None
    claims = jwt.read_access(token)
    family = _family(claims.family) if claims else None
    if claims is None or family is None or not claims.fits(family.user):
        return None
    return Holder(family.user, Door(DoorKind.FAMILY, str(family.pk)))


def holder_of_ticket(ticket: str) -> Holder | None:
    """Redeem a socket ticket (once).  It opens nothing when the door it was asked for at has been shut since."""
    found = tickets.redeem(ticket)
    if found is None:
        return None
    if found.door.kind is DoorKind.SERVICE:
        owner = service_token_services.owner_by_identifier(found.door.key)
        return Holder(owner, found.door) if owner else None
    user = User.objects.filter(pk=found.user_id, is_active=True).first()
    fits = user is not None and user.token_stamp() == found.stamp
    return Holder(user, found.door) if user and fits else None


def audit_login(sender: object, request: HttpRequest | None, user: User, **_: Any) -> None:
    audit.record(action="login", actor=user, object_type="user", object_id=user.pk, detail={"door": _door(request)})


@transaction.atomic
def audit_logout(sender: object, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    """Record a sign-out and put out the sockets of that session."""
    if user is None:
        return
    if request is not None:
        request.session.delete()  # Django does it after this signal, which is too late for whoever hears of it
    audit.record(action="logout", actor=user, object_type="user", object_id=user.pk)
    family_services.announce(user.pk)


def audit_failed_login(
    sender: object, credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    name = str(credentials.get("username", ""))[:150]
    audit.record(action="login_failed", actor_name=name, object_type="user", detail={"door": _door(request)})


def _family(pk: uuid.UUID) -> TokenFamily | None:
    family = TokenFamily.objects.select_related("user").filter(pk=pk).first()
    return family if family and family.is_open(at=timezone.now()) and family.user.is_active else None


def _door(request: HttpRequest | None) -> str:
    return request.path[:64] if request is not None else "code"
