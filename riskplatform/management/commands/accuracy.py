"""`manage.py accuracy`: worst errors against fifty-digit arithmetic, beside their targets."""

from argparse import ArgumentParser
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from riskplatform.benchmarks.accuracy_pricing import Finding


class Command(BaseCommand):
    help = "Compare Black-76 prices, Greeks and implied volatilities with fifty-digit arithmetic over hostile terms."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=5_000, help="random terms besides the corners")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from riskplatform.benchmarks import accuracy_iv, accuracy_pricing
        except ModuleNotFoundError as missing:
            install = ".venv/bin/python -m pip install -r requirements-bench.txt"
            raise CommandError(f"{missing.name} is needed: {install}") from missing
        terms = accuracy_pricing.hostile_terms(options["cases"], seed=options["seed"])
        findings = [
            *accuracy_pricing.reference_findings(terms),
            *accuracy_pricing.chain_findings(terms),
            *accuracy_iv.findings(),
        ]
        self._print(findings)
        if any(finding.error > finding.target for finding in findings):
            raise CommandError("a target is not met")

    def _print(self, findings: "list[Finding]") -> None:
        table = Table(title="Error relative to the largest term, prices from 1e-300", title_justify="left")
        for column in ("quantity", "cases", "worst error", "where", "target", "met"):
            table.add_column(column)
        for one in findings:
            met = "yes" if one.error <= one.target else "no"
            table.add_row(one.quantity, f"{one.cases:,}", f"{one.error:.1e}", one.where, f"{one.target:.0e}", met)
        Console(width=150).print(table)
