"""`manage.py rebuild_fold`: fold the current run again from its first entry."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from riskplatform.lib.errors import DomainError
from streaming.rebuilding import rebuild
from streaming.tick_log import platform_log


class Command(BaseCommand):
    help = "Fold the current run again from its first entry, when its stored state is not readable by this engine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--partition", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            position = rebuild(options["partition"], log=platform_log())
        except DomainError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"partition {options['partition']} folds again from {position}")
