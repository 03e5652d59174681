"""`manage.py verify_audit`: walk the audit chain; exit 1 and name the first broken entry when it does not hold."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import checkpoints, export, verification
from riskplatform.lib.errors import DomainError


class Command(BaseCommand):
    help = "Verify the audit log: its hash chain, its head and its signed checkpoints, or an exported file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--checkpoints", type=Path, metavar="FILE", help="a copy of the checkpoints kept elsewhere")
        parser.add_argument("--file", type=Path, metavar="EXPORT", help="verify an export (JSON Lines) instead")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["file"]:
                self._verify_export(options["file"], options["checkpoints"])
                return
            outcome = verification.verify(extra=options["checkpoints"], progress=self._progress)
        except DomainError as problem:
            raise CommandError(problem.sentence) from problem
        if outcome.broken is not None:
            raise CommandError(f"The audit chain breaks at entry {outcome.broken} ({outcome.check}): {outcome.reason}.")
        marks = f", {outcome.checkpoints} checkpoints" if outcome.checkpoints else ""
        self.stdout.write(f"The audit chain holds: {outcome.entries} entries{marks}.")

    def _verify_export(self, path: Path, kept: Path | None) -> None:
        marks = verification.Marks()
        if kept is not None:
            marks.add("given", checkpoints.read(kept))
        found = export.verify_file(path, marks=marks)
        gaps = f", {found.gaps} gaps between them" if found.gaps else ""
        start = "" if found.first <= 1 else "; what came before them is not in the file"
        self.stdout.write(
            f"The export holds: {found.entries} entries, from {found.first} to {found.last}, "
            f"in unbroken runs{gaps}{start}."
        )

    def _progress(self, entries: int) -> None:
        if entries % 100_000 == 0:
            self.stderr.write(f"{entries:,} entries so far")
