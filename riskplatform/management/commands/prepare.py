"""`manage.py prepare`: brings the database to today's shape and content; `up` runs it, quickly when all is there."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from riskplatform.home import HomeError, sentences_for
from riskplatform.lib.errors import DomainError


class Command(BaseCommand):
    help = "Migrates the database and makes the demo users and the simulator's past, where they are missing."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise HomeError, one sentence for the person at the terminal, for a full disk or a dead database."""
        place: Path = settings.RISK_HOME
        try:
            with sentences_for(place):
                self._migrate()
                self._fill(place)
        except OperationalError as problem:
            raise HomeError(database_sentence(problem)) from problem
        except DomainError as problem:
            raise HomeError(str(problem)) from problem

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("preparing the database")
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)

    def _fill(self, place: Path) -> None:
        from accounts.demo import ensure_demo_users
        from streaming.simulation import prepare_simulation

        ensure_demo_users(place / "demo-users.json")
        self.stdout.write("preparing the simulator's past")
        started = time.monotonic()
        if prepare_simulation():
            self.stdout.write(f"the simulator's past is ready ({time.monotonic() - started:.1f} s)")


def database_sentence(problem: OperationalError) -> str:
    """Say in one sentence why the database refused."""
    text = str(problem).strip().splitlines()[0]
    if "disk is full" in text or "No space left" in text:
        return f"The disk of the database is full: free some space or move RISK_HOME ({settings.RISK_HOME})."
    return f"The database of DATABASE_URL cannot be used ({text}): start it, correct DATABASE_URL or unset it."
