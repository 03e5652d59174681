"""People for tests."""

from accounts.models import User

PASSWORD = "a-long-enough-password"


def make_user(role: str = "viewer", *, username: str = "", **fields: object) -> User:
    return User.objects.create_user(
        username=username or role, email=f"{username or role}@desk.example", password=PASSWORD, role=role, **fields
    )
