"""`manage.py load sockets|slow`: many sockets on a server of its own, with measured figures."""

from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from riskplatform.benchmarks import machine
from riskplatform.benchmarks.sockets import report
from riskplatform.benchmarks.sockets.descriptors import raise_limit
from riskplatform.benchmarks.sockets.fanout import Load
from riskplatform.benchmarks.sockets.processes import MeasurementFailed
from riskplatform.benchmarks.sockets.slow import SlowLoad

PARTS: Final = ("sockets", "slow")
SPARE_DESCRIPTORS = 200


class Command(BaseCommand):
    help = (
        "Put a crowd of WebSocket clients on a Daphne of its own, on stores of its own that go afterwards. `sockets`: "
        "delivery, delays and processor time per message, beside the textbook consumer and the bare library. `slow`: "
        "clients that read little or nothing, and what they cost the server and the others."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", choices=PARTS)
        parser.add_argument("--sockets", type=int, help="how many in all; without, 2,000 for sockets and 300 for slow")
        parser.add_argument("--rate", type=float, default=4.0, help="messages a second to each")
        parser.add_argument("--seconds", type=float, help="how long; without, 20 for sockets and 45 for slow")

    def handle(self, *args: Any, **options: Any) -> None:
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
