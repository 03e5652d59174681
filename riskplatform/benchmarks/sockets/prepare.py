"""`python -m riskplatform.benchmarks.sockets.prepare USERS`: migrate stores, add people, print a token of each."""

import json
import secrets
import sys

import django


def main(users: str) -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(listeners_tokens(int(users))))  # noqa: T201  its answer


def listeners_tokens(users: int) -> list[str]:
    """Add people to the stores and return an access token of each."""
    from accounts import family_services
    from accounts.capabilities import Role
    from accounts.models import User

    people = [User(username=f"listener-{number}", role=Role.VIEWER) for number in range(users)]
    for person in people:
        person.password = f"!{secrets.token_urlsafe(24)}"  # nobody signs in with it
    User.objects.bulk_create(people)
    pairs = [family_services.begin(person, user_agent="load", address=None) for person in people]
    return [pair.access_token for pair in pairs]


if __name__ == "__main__":
    main(*sys.argv[1:])
