"""`manage.py export_audit OUT`: the audit log, or a part of it, as a file; the export is itself audited."""

import os
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from audit import export, services
from audit.filters import AuditFilter, asked_filters
from audit.models import AuditEntry

OPTIONS: Final = ("from", "to", "actor", "action", "object_type", "object_id")


class Command(BaseCommand):
    help = "Write the audit log as JSON Lines (which verify_audit --file verifies) or CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path)
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl", dest="kind")
        for name in OPTIONS:
            parser.add_argument(f"--{name.replace('_', '-')}", dest=name)

    def handle(self, *args: Any, **options: Any) -> None:
        asked = QueryDict(mutable=True)
        asked.update({name: options[name] for name in OPTIONS if options[name]})
        found = AuditFilter(asked, queryset=AuditEntry.objects.all())
        if not found.is_valid():
            raise CommandError("; ".join(f"--{name}: {' '.join(problems)}" for name, problems in found.errors.items()))
        detail: dict[str, object] = {
            "format": options["kind"],
            "filters": asked_filters(asked),
            "by": "manage.py export_audit",
        }
        extent, entries = export.extent_of(found.qs)
        detail |= asdict(extent)
        services.record(action="audit_exported", actor_name="command line", object_type="audit", detail=detail)
        lines = export.csv_lines(entries) if options["kind"] == "csv" else export.json_lines(entries)
        with open(options["out"], "w", encoding="utf-8", newline="", opener=_private) as file:
            file.writelines(lines)
        self.stdout.write(f"{extent.entries:,} entries written to {options['out']}.")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
