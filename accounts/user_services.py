"""Making, changing and removing accounts.  A new role or activity ends an account's tokens, sessions and sockets."""

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q

from accounts import account_rules as rules
from accounts import family_services
from accounts.account_rules import Changes, FieldsRefused, NewUser
from accounts.capabilities import Role
from accounts.models import User
from audit import services as audit
from riskplatform.lib import errors

ENDS_CREDENTIALS = frozenset({"role", "is_active"})


class LastAdministrator(errors.Conflict):
    code = "last_administrator"


class AdministratorExists(errors.Conflict):
    code = "administrator_exists"


@dataclass(frozen=True)
class Author:
    """Who does it, for the audit log: a user, or, where nobody is signed in, a word for the door."""

    user: User | None = None
    name: str = ""


@transaction.atomic
def create(new: NewUser, *, by: Author, action: str = "user_created") -> User:
    """Make an active account.  Raises FieldsRefused for a taken name or address and for a weak password."""
    user = User(
        username=User.normalize_username(new.username),
        email=User.objects.normalize_email(new.email),
        first_name=new.first_name,
        last_name=new.last_name,
    )
    _take_role(user, new.role)
    rules.check_new(user, password=new.password)
    user.set_password(new.password)
    _save_unless_taken(user)
    audit.record(
        action=action,
        actor=by.user,
        actor_name=by.name,
        object_type="user",
        object_id=user.pk,
        detail={"username": user.username, "email": user.email, "role": user.role},
    )
    return user


@transaction.atomic
def create_first_administrator(new: NewUser, *, although_one_exists: bool) -> User:
    """Make an administrator from the command line.  Raises AdministratorExists unless told not to mind."""
    if _locked_with_administrators() and not although_one_exists:
        raise AdministratorExists("There is an active administrator already.")
    return create(new, by=Author(name="bootstrap_admin"), action="administrator_bootstrapped")


@transaction.atomic
def change(*, pk: int, changes: Changes, by: User) -> User:
    """Apply what is not None and return the user.  A new role or activity ends what the old one had open.

    Raises Missing, FieldsRefused and LastAdministrator.
    """
    locked = _locked_with_administrators(pk)
    user = locked.get(pk)
    if user is None:
        raise errors.Missing("There is no such user.")
    wanted = {name: value for name, value in asdict(changes).items() if value is not None}
    before = {name: getattr(user, name) for name in wanted if getattr(user, name) != wanted[name]}
    if not before:
        return user
    _refuse_to_lose_last(user, locked, role=changes.role, is_active=changes.is_active)
    _apply(user, {name: wanted[name] for name in before})
    changed = {name: [value, getattr(user, name)] for name, value in before.items()}
    audit.record(
        action="user_changed",
        actor=by,
        object_type="user",
        object_id=user.pk,
        detail={"username": user.username, "changed": changed},
    )
    if ENDS_CREDENTIALS & set(before):
        family_services.end_all(user)
    return user


@transaction.atomic
def delete(*, pk: int, by: User) -> None:
    """Remove an account with its tokens.  Raises Missing, LastAdministrator, and Conflict where rows still need it."""
    locked = _locked_with_administrators(pk)
    user = locked.get(pk)
    if user is None:
        raise errors.Missing("There is no such user.")
    _refuse_to_lose_last(user, locked, is_active=False)
    try:
        user.delete()
    except ProtectedError as problem:
        raise errors.Conflict("Other records name this user: deactivate the account instead.") from problem
    audit.record(action="user_deleted", actor=by, object_type="user", object_id=pk, detail={"username": user.username})
    family_services.announce(pk)


def _locked_with_administrators(pk: int | None = None) -> dict[int, User]:
    """Lock the user and every active administrator, in one order for everybody, and return them as they are now.

    Who waits here for another demotion sees its outcome.  SQLite has one writer at a time and needs no row locks.
    """
    wanted = Q(role=Role.ADMIN, is_active=True) | Q(pk=pk)
    return {user.pk: user for user in User.objects.select_for_update().filter(wanted).order_by("pk")}


def _refuse_to_lose_last(
    user: User, locked: dict[int, User], *, role: str | None = None, is_active: bool | None = None
) -> None:
    stays = (role or user.role) == Role.ADMIN and is_active is not False
    others = [other for other in locked.values() if other.pk != user.pk]
    if user.role == Role.ADMIN and user.is_active and not stays and not others:
        raise LastAdministrator("This is the last active administrator. Make another one first.")


def _apply(user: User, wanted: dict[str, str | bool]) -> None:
    for name, value in wanted.items():
        setattr(user, name, value)
    _take_role(user, user.role)
    if ENDS_CREDENTIALS & set(wanted):
        user.token_version += 1
    rules.check_changed(user, set(wanted))
    _save_unless_taken(user, fields=[*wanted, "is_staff", "is_superuser", "token_version"])


def _take_role(user: User, role: str) -> None:
    user.role = role
    user.is_staff = user.is_superuser = role == Role.ADMIN


def _save_unless_taken(user: User, *, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError as problem:  # taken since it was checked
        try:
            rules.check_free(user)
        except ValidationError as taken:
            raise FieldsRefused(taken.message_dict) from problem
        raise
