"""In place of Django's command, which knows neither roles nor the audit log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not used here: see bootstrap_admin."

    def run_from_argv(self, argv: list[str]) -> None:
        """Answer before Django's parser refuses the options of its own command."""
        self.stderr.write(REFUSAL)
        raise SystemExit(1)

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(REFUSAL)


REFUSAL = "Administrators are made with: manage.py bootstrap_admin --username NAME --email ADDRESS"
