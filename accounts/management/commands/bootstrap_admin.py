"""`manage.py bootstrap_admin`: the first administrator, who can then make the others."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import user_services
from accounts.account_rules import NewUser
from accounts.capabilities import Role
from accounts.prompts import VARIABLE, password_of_operator
from riskplatform.lib.errors import DomainError


class Command(BaseCommand):
    help = f"Makes the first administrator. The password is asked for, or read from {VARIABLE}, or generated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--email", required=True)
        parser.add_argument("--generate", action="store_true", help="make a password and print it, this once")
        parser.add_argument(
            "--force-additional", action="store_true", help="although there is an administrator already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = password_of_operator(generate=options["generate"])
        new = NewUser(options["username"], options["email"], password, Role.ADMIN.value)
        try:
            user = user_services.create_first_administrator(new, although_one_exists=options["force_additional"])
        except DomainError as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{user.username} is an administrator now.")
        if options["generate"]:
            self.stdout.write(f"password: {password}")
