"""`manage.py replay FILE`: a recorded session through the tick log, the worker, the database and the sockets."""

import contextlib
import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from riskplatform import embedded
from riskplatform.home import HomeError
from riskplatform.lib.errors import DomainError
from streaming.feed_ownership import LostOwnership
from streaming.feed_pace import parse_speed
from streaming.feeds.recording_files import RecordingError
from streaming.local_worker import LocalWorker, a_worker_runs
from streaming.replaying import open_recording, replay
from streaming.tick_log import SecondWriter


class Command(BaseCommand):
    """Works beside a running platform, whose feed it replaces for a while, and without one."""

    help = "Replays a file of recorded ticks (Parquet or CSV) as a new run and prints what became of each tick."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The speed counts recorded seconds per second."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--date", type=_date, help="the recorded session, when the file's name does not say it")
        parser.add_argument("--speed", type=_speed, default=60.0, help="recorded seconds per second, or max")
        parser.add_argument("--timeout", type=float, default=300.0, help="seconds to wait for the worker at the end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, wait for the worker, print the summary; a refusal is one sentence."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        try:
            with a_store():
                self._replay(options, stop)
        except (RecordingError, DomainError, HomeError, SecondWriter, LostOwnership) as problem:
            raise CommandError(str(problem)) from problem

    def _replay(self, options: dict[str, Any], stop: threading.Event) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        feed = open_recording(options["file"], options["date"])
        self.stdout.write(f"{options['file'].name}: {len(feed):,} rows")
        with contextlib.ExitStack() as borrowed:
            worker = None if a_worker_runs() else borrowed.enter_context(LocalWorker())
            summary = replay(
                feed,
                description=options["file"].name,
                speed=options["speed"],
                timeout_seconds=options["timeout"],
                stop=stop,
                worker_died=worker.died if worker else lambda: None,
            )
        self.stdout.write("\n".join(summary.lines()))


@contextlib.contextmanager
def a_store() -> Iterator[None]:
    """Run the embedded store for the block, unless the settings name another server or it runs already."""
    home = settings.RISK_HOME
    if embedded.redis_url(home) != settings.REDIS_URL or embedded.answers(home):
        yield
        return
    with embedded.EmbeddedStore(home):
        yield


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"the date must be written YYYY-MM-DD, was {text}") from problem


def _speed(text: str) -> float:
    try:
        return parse_speed(text)
    except ValueError as problem:
        raise ArgumentTypeError(str(problem)) from problem
