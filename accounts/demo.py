"""The demonstration's three users.  Passwords are generated on the first run and kept in a file of mode 0600."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction

from accounts import family_services
from accounts.capabilities import Role
from accounts.models import User
from audit import services as audit
from riskplatform.lib import errors

MODE = 0o600
PASSWORD_BYTES = 12


@dataclass(frozen=True)
class DemoUser:
    username: str
    password: str
    role: str


class DemoUsersUnreadable(errors.DomainError):
    code = "demo_users_unreadable"


def ensure_demo_users(path: Path) -> list[DemoUser]:
    """Return the demo users with their passwords, making what is missing in the file and in the database.

    A password that the file does not know is made anew and set; one that it knows is left as it is in the database.
    """
    kept = _read(path)
    wanted = [kept.get(role) or _generated(role) for role in Role.values]
    for user in wanted:
        _ensure(user, reset_password=user.username not in kept)
    if kept != {user.username: user for user in wanted} or path.stat().st_mode & 0o777 != MODE:
        _write(path, wanted)
    return wanted


def _generated(role: str) -> DemoUser:
    return DemoUser(username=role, password=secrets.token_urlsafe(PASSWORD_BYTES), role=role)


@transaction.atomic
def _ensure(wanted: DemoUser, *, reset_password: bool) -> None:
    runs_the_place = wanted.role == Role.ADMIN.value
    user, made = User.objects.get_or_create(
        username=wanted.username,
        defaults={"role": wanted.role, "is_staff": runs_the_place, "is_superuser": runs_the_place},
    )
    if not (made or reset_password):
        return
    user.set_password(wanted.password)
    user.token_version += 1
    user.save(update_fields=["password", "token_version"])
    family_services.end_all(user)
    audit.record(
        action="demo_user_created" if made else "demo_password_reset",
        actor_name="demo",
        object_type="user",
        object_id=user.pk,
        detail={"username": user.username, "role": user.role},
    )


def _read(path: Path) -> dict[str, DemoUser]:
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_text())
        users = [DemoUser(username=row["username"], password=row["password"], role=row["role"]) for row in rows]
    except (ValueError, TypeError, KeyError) as problem:
        raise DemoUsersUnreadable(
            f"{path} is not a list of users; delete it and new demo passwords will be made."
        ) from problem
    return {user.username: user for user in users if user.username in Role.values}


def _write(path: Path, users: list[DemoUser]) -> None:
    """Write beside and move over: a reader never sees half a file, and nobody else ever sees it at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "w") as file:
        json.dump([asdict(user) for user in users], file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
