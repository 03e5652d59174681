"""`manage.py bench [PART ...]`: measured figures beside an alternative of the same run, with the machine's name."""

from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import chain
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from riskplatform.benchmarks import machine

Row = tuple[str, str, str, str]

PARTS: Final = ("fold", "latency", "catch-up", "black76", "iv", "storage", "rest", "alerts", "lines", "screens")
SIZES: Final = (20, 500)
LISTENERS_AT_MOST: Final = 2_000


class Command(BaseCommand):
    help = (
        "Measure the fold and a scoring cycle; on a platform of its own the way from tick to browser, catching up with "
        "a log that waits, and the REST API under load; option pricing and implied volatility (beside the libraries of "
        "requirements-bench.txt, where installed); storage and alerts (in a database "
        "of their own, which goes afterwards); the reading of JSON lines; what the dashboard costs Chromium beside its "
        "goals."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parts", nargs="*", metavar="|".join(PARTS), help="what to measure; without, the fold")
        parser.add_argument("--seconds", type=float, default=20.0, help="how long `latency` listens and `rest` asks")
        parser.add_argument("--records", type=int, default=10_000_000, help="how many records `storage` ends with")
        parser.add_argument("--instruments", type=int, choices=SIZES, help="of `rest`, `latency`; without, both")
        parser.add_argument("--clients", type=int, help="how many ask (`rest`, 16) or listen (`latency`, 100)")
        parser.add_argument("--ticks", type=int, default=100, help="of `catch-up`: per instrument and log second")
        parser.add_argument("--log-seconds", type=int, default=44, help="of `catch-up`: how much waits in the log")
        parser.add_argument("--minutes", type=float, default=1.0, help="how long `screens` looks; its heap needs five")
        parser.add_argument("--sabotage", choices=("busy", "leak"), default="", help="let `screens` miss its goals")
        parser.add_argument("--inside", help=SUPPRESS)  # how parts call themselves on stores of their own
        parser.add_argument("--alerts", type=int, default=1_000_000, help="how many alerts `alerts` ends with")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            _measure_inside(options["parts"][0], options["inside"])
            return
        table = Table(title=machine.description(), title_justify="left")
        for column in ("what", "here", "alternative of the same run, or goal", "ratio, or whether met"):
            table.add_column(column)
        for part in options["parts"] or ["fold"]:
            for row in _rows(part, options):
                table.add_row(*row)
        Console(width=170).print(table)


def _rows(part: str, options: Mapping[str, Any]) -> Iterator[Row]:
    """Import what a part needs only when it is asked for: peers and the platform's client are slow to load."""
    if part not in PARTS:
        raise CommandError(f"bench measures {', '.join(PARTS)}, was asked for {part!r}")
    sizes = [options["instruments"]] if options["instruments"] else SIZES
    if part == "latency":
        return _latency_rows(sizes, clients=options["clients"] or 100, seconds=options["seconds"])
    if part == "catch-up":
        return _catch_up_rows(options["instruments"] or 500, ticks=options["ticks"], seconds=options["log_seconds"])
    if part == "rest":
        return _rest_rows(sizes, clients=options["clients"] or 16, seconds=options["seconds"])
    if part == "black76":
        from riskplatform.benchmarks import option_pricing

        return option_pricing.rows()
    if part == "iv":
        from riskplatform.benchmarks import implied_vol

        return implied_vol.rows()
    if part == "storage":
        from riskplatform.benchmarks import storage

        return storage.rows(options["records"])
    if part == "alerts":
        from riskplatform.benchmarks import alerting

        return alerting.rows(options["alerts"])
    if part == "screens":
        return _screen_rows(options["minutes"], sabotage=options["sabotage"])
    if part == "lines":
        from riskplatform.benchmarks import line_reading

        return line_reading.rows()
    from riskplatform.benchmarks import fold_peers, folding

    return chain(folding.rows(), fold_peers.rows())


def _latency_rows(sizes: Sequence[int], *, clients: int, seconds: float) -> Iterator[Row]:
    from riskplatform.benchmarks.apart import MeasurementFailed
    from riskplatform.benchmarks.latency import report

    if not (1 <= clients <= LISTENERS_AT_MOST and 1.0 <= seconds <= 600.0):
        raise CommandError(f"latency takes 1 to {LISTENERS_AT_MOST} clients and 1 to 600 seconds")
    try:
        yield from report.rows(instruments=sizes, clients=clients, seconds=seconds)
    except MeasurementFailed as problem:
        raise CommandError(str(problem)) from problem


def _catch_up_rows(instruments: int, *, ticks: int, seconds: int) -> Iterator[Row]:
    from riskplatform.benchmarks.apart import MeasurementFailed
    from riskplatform.benchmarks.catch_up import report

    if not (1 <= ticks <= 1_000 and instruments * ticks >= 50 and 6 <= seconds <= 600):
        raise CommandError("catch-up takes 1 to 1,000 ticks, at least 50 a second in all, and 6 to 600 log seconds")
    try:
        yield from report.rows(instruments=instruments, ticks=ticks, seconds=seconds)
    except MeasurementFailed as problem:
        raise CommandError(str(problem)) from problem


def _rest_rows(sizes: Sequence[int], *, clients: int, seconds: float) -> Iterator[Row]:
    from riskplatform.benchmarks.apart import MeasurementFailed
    from riskplatform.benchmarks.rest import report
    from riskplatform.benchmarks.rest.clients import CLIENTS_AT_MOST

    if not (1 <= clients <= CLIENTS_AT_MOST and 1.0 <= seconds <= 600.0):
        raise CommandError(f"rest takes 1 to {CLIENTS_AT_MOST} clients and 1 to 600 seconds")
    try:
        yield from report.rows(instruments=sizes, clients=clients, seconds=seconds)
    except MeasurementFailed as problem:
        raise CommandError(str(problem)) from problem


def _screen_rows(minutes: float, *, sabotage: str) -> Iterator[Row]:
    from riskplatform.benchmarks.apart import MeasurementFailed
    from riskplatform.benchmarks.screens import report

    if not 0.1 <= minutes <= 60.0:
        raise CommandError("screens takes 0.1 to 60 minutes")
    try:
        yield from report.rows(seconds=60.0 * minutes, sabotage=sabotage)
    except MeasurementFailed as problem:
        raise CommandError(str(problem)) from problem


def _measure_inside(part: str, load: str) -> None:
    from riskplatform.benchmarks.apart import MeasurementFailed

    inside = import_module(f"riskplatform.benchmarks.{part.replace('-', '_')}.inside")
    try:
        inside.main(load)
    except MeasurementFailed as problem:
        raise CommandError(str(problem)) from problem
