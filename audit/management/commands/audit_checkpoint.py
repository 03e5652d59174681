"""`manage.py audit_checkpoint`: sign where the audit chain stands now, beside the hourly ones."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import services, verification


class Command(BaseCommand):
    help = "Sign where the audit chain stands, in the database and in RISK_HOME/audit-checkpoints.jsonl."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = services.checkpoint()
        except services.ChainBroken as problem:
            raise CommandError(problem.sentence) from problem
        if written is None:
            self.stdout.write("Nothing was appended since the last checkpoint.")
            return
        self.stdout.write(f"Entry {written.sequence} is signed; the copy is in {verification.checkpoint_file()}.")
