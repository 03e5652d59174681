"""Getting a password from the operator at a terminal."""

import getpass
import os
import secrets

from django.core.management.base import CommandError

VARIABLE = "RISK_ADMIN_PASSWORD"
PASSWORD_BYTES = 18


def password_of_operator(*, generate: bool) -> str:
    """Return a fresh password, or the one in the environment, or what is typed twice.  Raises CommandError."""
    if generate:
        return secrets.token_urlsafe(PASSWORD_BYTES)
    if password := os.environ.get(VARIABLE):
        return password
    try:
        password, again = getpass.getpass("Password: "), getpass.getpass("Again: ")
    except EOFError as problem:
        raise CommandError(f"No terminal to ask for a password: set {VARIABLE} or use --generate.") from problem
    if password != again:
        raise CommandError("The two passwords differ.")
    return password
