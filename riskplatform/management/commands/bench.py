"""`manage.py bench [PART ...]`: measured figures beside an alternative of the same run, with the machine's name."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from riskplatform.benchmarks import machine

Row = tuple[str, str, str, str]

PARTS: Final = ("fold", "latency", "black76", "iv", "storage")


class Command(BaseCommand):
    help = (
        "Measure the fold and a scoring cycle, the way from tick to browser (beside a running `up`), option pricing "
        "and implied volatility (beside the libraries of requirements-bench.txt, where installed), and storage (in a "
        "database of its own, which goes afterwards)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parts", nargs="*", metavar="|".join(PARTS), help="what to measure; without, the fold")
        parser.add_argument("--seconds", type=float, default=20.0, help="how long to listen for `latency`")
        parser.add_argument("--records", type=int, default=10_000_000, help="how many records `storage` ends with")

    def handle(self, *args: Any, **options: Any) -> None:
        table = Table(title=machine.description(), title_justify="left")
        for column in ("what", "here", "alternative, same run", "ratio"):
            table.add_column(column)
        for part in options["parts"] or ["fold"]:
            for row in _rows(part, options["seconds"], options["records"]):
                table.add_row(*row)
        Console(width=170).print(table)


def _rows(part: str, seconds: float, records: int) -> Iterator[Row]:
    """Import what a part needs only when it is asked for: peers and the platform's client are slow to load."""
    if part not in PARTS:
        raise CommandError(f"bench measures {', '.join(PARTS)}, was asked for {part!r}")
    if part == "latency":
        return _latency_rows(seconds)
    if part == "black76":
        from riskplatform.benchmarks import option_pricing

        return option_pricing.rows()
    if part == "iv":
        from riskplatform.benchmarks import implied_vol

        return implied_vol.rows()
    if part == "storage":
        from riskplatform.benchmarks import storage

        return storage.rows(records)
    from riskplatform.benchmarks import folding

    return folding.rows()


def _latency_rows(seconds: float) -> Iterator[Row]:
    from riskplatform.benchmarks import latency

    try:
        yield from latency.rows(home=settings.RISK_HOME, port=settings.PORT, api=settings.API_VERSION, seconds=seconds)
    except latency.PlatformNotRunning as problem:
        raise CommandError(str(problem)) from problem
