"""`manage.py load sockets|slow|soak`: many sockets, or a platform for long, on stores of its own."""

from argparse import SUPPRESS, ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from riskplatform.benchmarks import machine
from riskplatform.benchmarks.apart import MeasurementFailed
from riskplatform.benchmarks.sockets import report
from riskplatform.benchmarks.sockets.descriptors import raise_limit
from riskplatform.benchmarks.sockets.fanout import Load
from riskplatform.benchmarks.sockets.slow import SlowLoad

PARTS: Final = ("sockets", "slow", "soak")
SPARE_DESCRIPTORS = 200


class Command(BaseCommand):
    help = (
        "Put a crowd of WebSocket clients on a Daphne of its own, on stores of its own that go afterwards. `sockets`: "
        "delivery, delays and processor time per message, beside the textbook consumer and the bare library. `slow`: "
        "clients that read little or nothing, and what they cost the server and the others. `soak`: the whole platform "
        "under 1,000 ticks/s, and whether its memory or its connections grow; it fails when they do."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", choices=PARTS)
        parser.add_argument("--sockets", type=int, help="how many in all; without, 2,000 for sockets and 300 for slow")
        parser.add_argument("--rate", type=float, default=4.0, help="messages a second to each")
        parser.add_argument("--seconds", type=float, help="how long; without, 20 for sockets and 45 for slow")
        parser.add_argument("--minutes", type=float, default=30.0, help="how long to soak")
        parser.add_argument("--instruments", type=int, default=20, help="of the soak")
        parser.add_argument("--inside", help=SUPPRESS)  # how the soak calls itself on stores of its own

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            _soak_inside(options["inside"])
        elif options["part"] == "soak":
            _soak(minutes=options["minutes"], instruments=options["instruments"], clients=options["sockets"] or 20)
        else:
            self._crowd(options)

    def _crowd(self, options: dict[str, Any]) -> None:
        is_slow = options["part"] == "slow"
        sockets = options["sockets"] or (300 if is_slow else 2_000)
        seconds = options["seconds"] or (45.0 if is_slow else 20.0)
        rate = options["rate"]
        if not (50 <= sockets <= 20_000 and 0.1 <= rate <= 100.0 and 1.0 <= seconds <= 3_600.0):
            raise CommandError("load takes 50 to 20,000 sockets, 0.1 to 100 messages and 1 to 3,600 seconds")
        if raise_limit() < sockets + SPARE_DESCRIPTORS:
            raise CommandError(
                f"{sockets} sockets need a limit of {sockets + SPARE_DESCRIPTORS} open files (ulimit -n)"
            )
        table = Table(title=machine.description(), title_justify="left")
        try:
            if is_slow:
                report.fill_slow(table, SlowLoad(sockets, rate, seconds))
            else:
                report.fill_fanout(table, Load(sockets, rate, seconds))
        except MeasurementFailed as problem:
            raise CommandError(str(problem)) from problem
        Console(width=170).print(table)


def _soak(*, minutes: float, instruments: int, clients: int) -> None:
    """Soak and print what grew.  Raises CommandError when a goal was missed."""
    from riskplatform.benchmarks.soak import report as soaking

    if not (6.0 <= minutes <= 1_440.0 and 1 <= instruments <= 2_000 and 1 <= clients <= 2_000):
        raise CommandError("soak takes 6 to 1,440 minutes, 1 to 2,000 instruments and 1 to 2,000 sockets")
    table = Table(title=machine.description(), title_justify="left")
    try:
        is_well = soaking.fill(table, minutes=minutes, instruments=instruments, clients=clients)
    except MeasurementFailed as problem:
        raise CommandError(str(problem)) from problem
    Console(width=170).print(table)
    if not is_well:
        raise CommandError("the soak missed a goal")


def _soak_inside(load: str) -> None:
    from riskplatform.benchmarks.soak import inside

    try:
        inside.main(load)
    except MeasurementFailed as problem:
        raise CommandError(str(problem)) from problem
