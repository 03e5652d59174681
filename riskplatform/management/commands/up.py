"""`manage.py up`: listed here for `manage.py help`; it runs without Django, which its children load."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from riskplatform.supervision import starting


class Command(BaseCommand):
    help = "Starts the whole platform: store, feed, worker, beat, watchdog and web server under one supervisor."
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        starting.main(argv[2:])

    def handle(self, *args: Any, **options: Any) -> None:
        starting.main(sys.argv[2:])
