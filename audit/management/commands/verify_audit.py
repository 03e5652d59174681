"""`manage.py verify_audit`: walk the audit chain; exit 1 and name the first broken entry when it does not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import services


class Command(BaseCommand):
    help = "Verify the hash chain of the audit log."

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = services.verify()
        if outcome.broken is not None:
            raise CommandError(f"The audit chain breaks at entry {outcome.broken}: {outcome.reason}.")
        self.stdout.write(f"The audit chain holds: {outcome.entries:,} entries.")
