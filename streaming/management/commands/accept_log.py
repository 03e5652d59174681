"""`manage.py accept_log`: let scoring go on after the tick log was replaced."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from riskplatform.lib.errors import DomainError
from streaming import log_services
from streaming.tick_log import platform_log


class Command(BaseCommand):
    """Asks for a name and a reason: the audit log keeps both."""

    help = (
        "Let scoring go on after the tick log was emptied, restored from an earlier copy or replaced by another "
        "server's: with the log that was folded where it is back, else with a new one and a new run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Nothing has a default: this is a decision."""
        parser.add_argument("--by", required=True, metavar="NAME", help="who decides")
        parser.add_argument("--reason", required=True, metavar="TEXT", help="what happened to the log")
        parser.add_argument("--drop-entries", action="store_true", help="drop what the other log holds")

    def handle(self, *args: Any, **options: Any) -> None:
        """Accept, and say what that did; a refusal is one sentence."""
        try:
            done = log_services.accept(
                platform_log(), by=options["by"], reason=options["reason"], drop_entries=options["drop_entries"]
            )
        except DomainError as problem:
            raise CommandError(str(problem)) from problem
        what = f"on a new log, {done.dropped:,} entries dropped" if done.is_new else "on the log that was folded"
        self.stdout.write(f"scoring goes on {what}")
