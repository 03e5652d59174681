"""`manage.py changepassword NAME`, for who has forgotten theirs: audited, and it ends what was open."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import password_services
from accounts.prompts import VARIABLE, password_of_operator
from riskplatform.lib.errors import DomainError


class Command(BaseCommand):
    help = f"Sets a user's password. It is asked for, or read from {VARIABLE}, or generated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--generate", action="store_true", help="make a password and print it, this once")

    def handle(self, *args: Any, **options: Any) -> None:
        password = password_of_operator(generate=options["generate"])
        try:
            password_services.reset(username=options["username"], new=password, by_name="changepassword")
        except DomainError as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"The password of {options['username']} is changed.")
        if options["generate"]:
            self.stdout.write(f"password: {password}")
