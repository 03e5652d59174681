"""`python -m riskplatform.benchmarks.sockets.prepare USERS`: migrate stores, add people, print a token of each."""

import json
import secrets
import sys

import django


def main(users: str) -> None:
    django.setup()
    from django.core.management import call_command

    from accounts import family_services
    from accounts.capabilities import Role
    from accounts.models import User

    call_command("migrate", verbosity=0)
    people = [User(username=f"listener-{number}", role=Role.VIEWER) for number in range(int(users))]
    for person in people:
        person.password = f"!{secrets.token_urlsafe(24)}"  # nobody signs in with it
    User.objects.bulk_create(people)
    pairs = [family_services.begin(person, user_agent="load", address=None) for person in people]
    print(json.dumps([pair.access_token for pair in pairs]))  # noqa: T201  its answer


if __name__ == "__main__":
    main(*sys.argv[1:])
