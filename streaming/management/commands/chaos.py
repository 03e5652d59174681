"""`manage.py chaos`: prove on a platform of its own that killed workers lose and repeat nothing."""

import os
import statistics
import subprocess
import sys
import tempfile
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from riskplatform import embedded
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
        self.stdout.write(f"missing           {len(found.missing)} {found.missing[:3]}")
        self.stdout.write(f"not in the log    {len(found.extra)} {found.extra[:3]}")
        self.stdout.write(f"different         {len(found.different)} {found.different[:3]}")
        if recovery:
            self.stdout.write(f"recovery seconds  median {statistics.median(recovery):.1f}, worst {recovery[-1]:.1f}")


def _run_apart(*, kills: int, seed: int) -> int:
    """Run the proof on stores of its own, which go afterwards: the platform beside it is not touched."""
    with tempfile.TemporaryDirectory(prefix="risk-chaos-") as folder:
        home = Path(folder)
        environment = {**os.environ, "RISK_HOME": folder, "SECRET_KEY": settings.SECRET_KEY, "DEBUG": "1"}
        environment["REDIS_KEY_PREFIX"] = f"chaos-{uuid.uuid4().hex[:8]}:"
        command = [sys.executable, "manage.py", "chaos", "--inside", "--kills", str(kills), "--seed", str(seed)]
        if "REDIS_URL" in os.environ or "REDIS_HOST" in os.environ:
            return _on_own_database(command, environment)
        environment.pop("DATABASE_URL", None)
        with embedded.EmbeddedStore(home):
            return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False).returncode


def _on_own_database(command: list[str], environment: dict[str, str]) -> int:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False).returncode
    name = f"risk_chaos_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        environment["DATABASE_URL"] = f"{url.rsplit('/', 1)[0]}/{name}"
        return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False).returncode
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
