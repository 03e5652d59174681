"""People and their credentials for tests."""

from accounts import family_services, tickets
from accounts.doors import Door, DoorKind
from accounts.models import User

PASSWORD = "a-long-enough-password"


def make_user(role: str = "viewer", *, username: str = "", **fields: object) -> User:
    runs_the_place = role == "admin"
    facts = {"is_staff": runs_the_place, "is_superuser": runs_the_place, **fields}
    return User.objects.create_user(
        username=username or role, email=f"{username or role}@desk.example", password=PASSWORD, role=role, **facts
    )


def token_pair(user: User) -> family_services.TokenPair:
    """Sign the user in by the API, without the cost of a password."""
    return family_services.begin(user, user_agent="test", address="192.0.2.1")


def access_token(user: User) -> str:
    return token_pair(user).access_token


def ticket_for(user: User) -> str:
    """Return a socket ticket asked for with a fresh API sign-in."""
    token_pair(user)
    family = user.token_families.latest("created_at")
    return tickets.issue(user, door=Door(DoorKind.FAMILY, str(family.pk)))
