"""`manage.py chaos`: prove on a platform of its own that killed workers lose and repeat nothing."""

import statistics
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from riskplatform.own_stores import own_stores
from streaming.chaos import Outcome, run_kills
from streaming.simulation import prepare_simulation


class Command(BaseCommand):
    help = "Kill real workers with SIGKILL while ticks flow, then compare every record with a fault-free replay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kills", type=int, default=20)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--inside", action="store_true", help="used by the command itself, on its own platform")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["inside"]:
            sys.exit(_run_apart(kills=options["kills"], seed=options["seed"]))
        call_command("migrate", verbosity=0)
        prepare_simulation()
        outcome = run_kills(kills=options["kills"], seed=options["seed"])
        self._report(outcome)
        if not outcome.comparison.is_equal:
            raise CommandError("the database differs from a fault-free fold of its log")

    def _report(self, outcome: Outcome) -> None:
        found = outcome.comparison
        recovery = sorted(outcome.recovery_seconds)
        self.stdout.write(f"kills             {', '.join(f'{name} {count}' for name, count in outcome.kills.items())}")
        self.stdout.write(f"log               {found.entries} entries, {found.ticks} ticks")
        self.stdout.write(f"stored            {found.records} records, {found.bars} bars")
        self.stdout.write(f"different         {len(found.different)} {found.different[:3]}")
        if recovery:
            self.stdout.write(f"recovery seconds  median {statistics.median(recovery):.1f}, worst {recovery[-1]:.1f}")


def _run_apart(*, kills: int, seed: int) -> int:
    command = [sys.executable, "manage.py", "chaos", "--inside", "--kills", str(kills), "--seed", str(seed)]
    with own_stores("chaos") as environment:
        environment["DEBUG"] = "1"
        return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False).returncode
