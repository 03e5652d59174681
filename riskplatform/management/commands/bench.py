"""`manage.py bench [fold|latency]`: measured figures beside an alternative of the same run, with the machine's name."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from riskplatform.benchmarks import machine


class Command(BaseCommand):
    help = "Measure the fold, a scoring cycle and (beside a running `up`) the way from tick to browser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parts", nargs="*", metavar="fold|latency", help="what to measure; without, the fold")
        parser.add_argument("--seconds", type=float, default=20.0, help="how long to listen for `latency`")

    def handle(self, *args: Any, **options: Any) -> None:
        table = Table(title=machine.description(), title_justify="left")
        for column in ("what", "here", "alternative, same run", "ratio"):
            table.add_column(column)
        for part in options["parts"] or ["fold"]:
            for row in self._rows(part, options["seconds"]):
                table.add_row(*row)
        Console(width=170).print(table)

    def _rows(self, part: str, seconds: float) -> Iterator[tuple[str, str, str, str]]:
        if part == "fold":
            from riskplatform.benchmarks import folding

            yield from folding.rows()
            return
        if part != "latency":
            raise CommandError(f"bench measures fold or latency, was asked for {part!r}")
        from riskplatform.benchmarks import latency

        try:
            yield from latency.rows(
                home=settings.RISK_HOME, port=settings.PORT, api=settings.API_VERSION, seconds=seconds
            )
        except latency.PlatformNotRunning as problem:
            raise CommandError(str(problem)) from problem
