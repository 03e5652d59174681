"""Making one's own account, and the requests for a role that wait for an administrator."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import throttle_services as throttle
from accounts import user_services
from accounts.account_rules import Changes, NewUser
from accounts.capabilities import SELF_ASSIGNABLE, Role
from accounts.models import RoleRequest, User
from accounts.user_services import Author
from audit import services as audit
from riskplatform.lib import errors


class RegistrationClosed(errors.Forbidden):
    code = "registration_closed"


class RoleNotSelfAssignable(errors.Forbidden):
    code = "role_not_self_assignable"


class RequestDecided(errors.Conflict):
    code = "role_request_decided"


@dataclass(frozen=True)
class Registered:
    user: User
    requested_role: str | None = None
    """What an administrator still has to approve."""


def register(wanted: NewUser, *, address: str | None) -> Registered:
    """Make an account for who asks.  In `approval` mode it is a viewer's, and a wish for more waits.

    Raises RegistrationClosed, RoleNotSelfAssignable (which is audited), FieldsRefused and TooManyAttempts.
    """
    throttle.reserve(throttle.registration_limits(address=address), who=wanted.username)
    if wanted.role not in SELF_ASSIGNABLE:
        _record_refusal(wanted, address=address)
        raise RoleNotSelfAssignable("The role of an administrator can only be given by one.")
    if settings.REGISTRATION_MODE == "closed":
        raise RegistrationClosed("Registration is closed. Ask an administrator for an account.")
    if settings.REGISTRATION_MODE == "open" or wanted.role == Role.VIEWER:
        return Registered(_create(wanted))
    return _create_waiting(wanted)


@transaction.atomic
def approve(*, pk: int, by: User) -> RoleRequest:
    """Grant what was asked for.  Raises Missing, RequestDecided, and Conflict for an account that changed since."""
    request = _decide(pk, RoleRequest.Status.APPROVED, by=by)
    if not request.user.is_active or request.user.role != Role.VIEWER:
        raise errors.Conflict("The account is not an active viewer any more. Refuse the request or change the role.")
    user_services.change(pk=request.user.pk, changes=Changes(role=request.role), by=by)
    return request


@transaction.atomic
def refuse(*, pk: int, by: User) -> RoleRequest:
    """Leave the account a viewer's.  Raises Missing and RequestDecided."""
    return _decide(pk, RoleRequest.Status.REFUSED, by=by)


def _create(wanted: NewUser) -> User:
    return user_services.create(wanted, by=Author(name="registration"), action="user_registered")


@transaction.atomic
def _create_waiting(wanted: NewUser) -> Registered:
    user = _create(replace(wanted, role=Role.VIEWER.value))
    RoleRequest.objects.create(user=user, role=wanted.role)
    audit.record(
        action="role_requested", actor=user, object_type="user", object_id=user.pk, detail={"role": wanted.role}
    )
    return Registered(user, requested_role=wanted.role)


def _record_refusal(wanted: NewUser, *, address: str | None) -> None:
    audit.record(
        action="registration_refused",
        actor_name=wanted.username[:150],
        object_type="user",
        detail={"role": wanted.role, "address": address},
    )


def _decide(pk: int, status: RoleRequest.Status, *, by: User) -> RoleRequest:
    waiting = RoleRequest.objects.filter(pk=pk, status=RoleRequest.Status.PENDING)
    moved = waiting.update(status=status, decided_by=by, decided_at=timezone.now())
    request = RoleRequest.objects.select_related("user", "decided_by").filter(pk=pk).first()
    if request is None:
        raise errors.Missing("There is no such request.")
    if not moved:
        raise RequestDecided(f"This request is {request.get_status_display().lower()} already.")
    audit.record(
        action=f"role_request_{status}",
        actor=by,
        object_type="user",
        object_id=request.user_id,
        detail={"username": request.user.username, "role": request.role},
    )
    return request
