"""`manage.py up`: the whole platform on this machine, until Ctrl-C."""

import asyncio
import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from riskplatform import embedded, home
from riskplatform.lib.errors import DomainError
from riskplatform.supervision import platform, readiness
from riskplatform.supervision.log import PlatformLog
from riskplatform.supervision.supervisor import Step, Supervisor

if TYPE_CHECKING:
    from accounts.demo import DemoUser

POLL_SECONDS = 0.2


class Command(BaseCommand):
    help = "Starts the whole platform: store, feed, worker, beat, watchdog and web server under one supervisor."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (other hosts: set ALLOWED_HOSTS)")
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="port to listen on (default: PORT, or 8000)"
        )
        parser.add_argument("--no-feed", action="store_true", help="start without a market-data feed")

    def handle(self, *args: Any, **options: Any) -> None:
        address = platform.Address(options["host"], options["port"])
        place: Path = settings.RISK_HOME
        try:
            start(place, address, with_feed=not options["no_feed"])
        except home.HomeError as problem:
            raise CommandError(str(problem)) from problem


def start(place: Path, address: platform.Address, *, with_feed: bool) -> None:
    """Run the platform until it is stopped; raise HomeError, in one sentence, when it cannot start or cannot go on."""
    home.prepare_home(place)
    lock = home.HomeLock(place)
    lock.acquire()
    try:
        readiness.require_free_port(address.host, address.port)
        log = PlatformLog(place / "logs", terminal=sys.stdout)
        supervisor = assemble(place, address, with_feed=with_feed, log=log, lock=lock)
        asyncio.run(supervisor.run())
        log.say("stopped")
        log.close()
    finally:
        lock.release()
    if isinstance(supervisor.failure, Exception):
        raise supervisor.failure
    if supervisor.failure:
        raise home.HomeError(supervisor.failure)


def assemble(
    place: Path, address: platform.Address, *, with_feed: bool, log: PlatformLog, lock: home.HomeLock
) -> Supervisor:
    """Return the supervisor of this platform, with its steps: prepare the database, then tell when scores flow."""
    setup = Setup(place, log)
    processes = platform.platform_processes(address, home=place, with_feed=with_feed)
    steps = [
        Step(platform.SETUP, setup.run),
        Step("live", lambda: announce(address, setup, log, with_feed), after=(platform.WEB,)),
    ]
    if embedded.redis_url(place) == settings.REDIS_URL:
        embedded.prepare_store(place)
        processes.insert(0, platform.store_process(place))
    else:
        steps.insert(0, platform.external_store(require_store))
    platform.clear_remains(place)
    return Supervisor(
        processes=processes,
        steps=steps,
        log=log,
        environ=platform.child_environment(os.environ, address=address),
        inherit=(lock.fileno(),),
        restart_file=place / "run" / "restart-worker",
    )


class Setup:
    """Brings the database to today's shape and content; quick when there is nothing to do."""

    def __init__(self, place: Path, log: PlatformLog) -> None:
        self._place = place
        self._log = log
        self.users: list[DemoUser] = []

    def run(self) -> None:
        """Migrate, make demo users and the simulator's past; raise HomeError for a full disk or a dead database."""
        try:
            with home.sentences_for(self._place):
                self._migrate()
                self._fill()
        except OperationalError as problem:
            raise home.HomeError(database_sentence(problem)) from problem
        except DomainError as problem:
            raise home.HomeError(str(problem)) from problem
        finally:
            connections.close_all()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connections["default"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._log.say("preparing the database")
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)

    def _fill(self) -> None:
        from accounts.demo import ensure_demo_users
        from streaming.simulation import prepare_simulation

        self.users = ensure_demo_users(self._place / "demo-users.json")
        started = time.monotonic()
        self._log.say("preparing the simulator's past")
        prepare_simulation()
        self._log.say(f"the simulator's past is ready ({time.monotonic() - started:.1f} s)")


def announce(address: platform.Address, setup: Setup, log: PlatformLog, with_feed: bool) -> None:
    """Tell where the platform is and how to stop it, then when the first score has been committed."""
    people = "".join(f"\n  {user.role:<8} {user.username:<10} {user.password}" for user in setup.users)
    how_to_stop = f"Stop with Ctrl-C. State and logs: {settings.RISK_HOME}"
    log.announce(f"\nOpen {address.url} and sign in as one of\n{people}\n\n{how_to_stop}\n")
    if not with_feed:
        return
    began = float(os.environ.get("RISK_STARTED", time.time()))
    while not address.answers("/health"):
        time.sleep(POLL_SECONDS)
    log.say(f"live: the first score came {time.time() - began:.1f} s after the start")


def require_store() -> None:
    """Wait a few seconds for the server that REDIS_URL or REDIS_HOST name; raise HomeError when it does not answer."""
    import redis

    deadline = time.monotonic() + 10
    while True:
        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
            return
        except (redis.RedisError, OSError) as problem:
            if time.monotonic() > deadline:
                raise home.HomeError(
                    f"The Redis server of REDIS_URL does not answer ({problem}): start it or unset REDIS_URL."
                ) from problem
            time.sleep(POLL_SECONDS)


def database_sentence(problem: OperationalError) -> str:
    """Say in one sentence why the database refused."""
    text = str(problem).strip().splitlines()[0]
    if "disk is full" in text or "No space left" in text:
        return f"The disk of the database is full: free some space or move RISK_HOME ({settings.RISK_HOME})."
    return f"The database of DATABASE_URL cannot be used ({text}): start it, correct DATABASE_URL or unset it."
