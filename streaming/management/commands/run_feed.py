"""`manage.py run_feed`: a market's ticks, simulated or a provider's, appended to the tick log until it is stopped."""

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseProblem
from django.db import connection
from redis import RedisError

from streaming.feed_beat import BackgroundBeat
from streaming.feed_ownership import FeedOwnership
from streaming.feed_pace import wall_clock_us
from streaming.feed_process import feed_ownership
from streaming.feed_runner import EndReason
from streaming.feeds.line_sources import DescriptorLines, SourceMissing
from streaming.feeds.simulated_disturbances import read_disturbances
from streaming.line_feeding import DayUnknown, feed_lines
from streaming.source_feeding import ChosenFeed
from streaming.tick_log import LogReplaced, SecondWriter

logger = structlog.get_logger(__name__)
TURN_SECONDS: Final = 0.5
DATABASE_SECONDS: Final = 1.0
ACCEPTANCE_SECONDS: Final = 2.0


class Command(BaseCommand):
    """Feeds one market; makes way for a replay and goes on after it."""

    requires_system_checks = ()
    help = (
        "Appends the ticks of the chosen source, the simulated market or a recording, to the tick log until it is "
        "stopped; with --json-lines, those that a provider's program writes, until it ends (docs/feeds.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Without --json-lines the source is the one that is chosen in the database: at first the simulator."""
        parser.add_argument(
            "--json-lines", metavar="FILE|-", help="live ticks, one JSON object a line; - is standard input"
        )
        parser.add_argument("--seed", type=int, default=settings.SIMULATOR_SEED)
        parser.add_argument(
            "--disturb",
            default="",
            metavar="TEXT",
            help="what goes wrong, such as halt:SBIN@+2m/10m (docs/simulator.md)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one run after another until SIGTERM or SIGINT."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        try:
            if options["json_lines"] is not None:
                if options["disturb"]:
                    raise CommandError("--disturb is of the simulator: a provider's ticks are taken as they come")
                self._feed_lines(options["json_lines"], stop)
            else:
                self._feed_chosen(options, stop)
        except (SecondWriter, SourceMissing, DayUnknown) as problem:
            raise CommandError(str(problem)) from problem

    def _feed_chosen(self, options: dict[str, Any], stop: threading.Event) -> None:
        try:
            disturbances = read_disturbances(options["disturb"], now_us=wall_clock_us())
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        chosen = ChosenFeed(options["seed"], disturbances, ownership=feed_ownership(), stop=stop)
        while wait_for_turn(chosen.ownership, stop):
            one_run(chosen.feed, stop)

    def _feed_lines(self, name: str, stop: threading.Event) -> None:
        ownership, beat = feed_ownership(), BackgroundBeat()
        with DescriptorLines.open(name) as source:
            while wait_for_turn(ownership, stop):
                reason = one_run(lambda: feed_lines(source, ownership=ownership, stop=stop, heartbeat=beat), stop)
                if reason == EndReason.FINISHED:
                    return


def one_run(feed: Callable[[], EndReason | None], stop: threading.Event) -> EndReason | None:
    """Run one run and say why it ended; None when none can be opened: giving up would end the platform.

    On a log that is not the one that was folded none is opened until an operator has accepted it.
    """
    try:
        return feed()
    except DatabaseProblem as problem:
        logger.warning("no run can be opened: the database does not answer", problem=str(problem))
        connection.close()
        stop.wait(DATABASE_SECONDS)
    except LogReplaced as problem:
        logger.error("no run is fed: the tick log is another one (manage.py accept_log)", problem=str(problem))
        stop.wait(ACCEPTANCE_SECONDS)
    return None


def wait_for_turn(ownership: FeedOwnership, stop: threading.Event) -> bool:
    """Wait until this feed may write the log; False when it is told to stop before."""
    waiting = False
    while not stop.is_set():
        try:
            if not ownership.is_wanted_by_another() and ownership.claim():
                return True
            if not waiting:
                logger.info("feed waits for another feed")
                waiting = True
        except RedisError as problem:
            logger.warning("tick log unavailable", problem=str(problem))
        stop.wait(TURN_SECONDS)
    return False
