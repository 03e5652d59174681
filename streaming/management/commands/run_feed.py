"""`manage.py run_feed`: a market's ticks, simulated or a provider's, appended to the tick log until it is stopped."""

import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db import Error as DatabaseProblem
from redis import RedisError

from risk.quant.calendar import MINUTE_US
from streaming import services
from streaming.feed_ownership import FeedOwnership
from streaming.feed_pace import WallPace, wall_clock_us
from streaming.feed_process import Beginning, feed_ownership, instrument_ids, run_feed
from streaming.feed_progress import Gap, Progress
from streaming.feed_runner import EndReason
from streaming.feeds.line_sources import DescriptorLines, SourceMissing
from streaming.feeds.simulated import SimulatedFeed, session_number
from streaming.feeds.simulated_disturbances import Disturbances, read_disturbances
from streaming.feeds.simulated_history import simulated_bars
from streaming.line_feeding import DayUnknown, feed_lines
from streaming.models import FeedRun
from streaming.tick_log import LogReplaced, SecondWriter

logger = structlog.get_logger(__name__)
TURN_SECONDS: Final = 0.5
DATABASE_SECONDS: Final = 1.0
ACCEPTANCE_SECONDS: Final = 2.0


class Command(BaseCommand):
    """Feeds one market; makes way for a replay and goes on after it."""

    requires_system_checks = ()
    help = (
        "Appends the simulated market's ticks to the tick log until it is stopped; with --json-lines, those that a "
        "provider's program writes, until it ends (docs/feeds.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Without --json-lines the source is the simulator."""
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
                self._feed_simulated(options, stop)
        except (SecondWriter, SourceMissing, DayUnknown) as problem:
            raise CommandError(str(problem)) from problem

    def _feed_simulated(self, options: dict[str, Any], stop: threading.Event) -> None:
        try:
            disturbances = read_disturbances(options["disturb"], now_us=wall_clock_us())
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        ownership = feed_ownership()
        while wait_for_turn(ownership, stop):
            one_run(
                lambda: feed_simulated(options["seed"], ownership=ownership, stop=stop, disturbances=disturbances), stop
            )

    def _feed_lines(self, name: str, stop: threading.Event) -> None:
        ownership, beat = feed_ownership(), BackgroundBeat()
        with DescriptorLines.open(name) as source:
            while wait_for_turn(ownership, stop):
                reason = one_run(lambda: feed_lines(source, ownership=ownership, stop=stop, heartbeat=beat), stop)
                if reason == EndReason.FINISHED:
                    return


def one_run(feed: Callable[[], EndReason], stop: threading.Event) -> EndReason | None:
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


def feed_simulated(
    seed: int, *, ownership: FeedOwnership, stop: threading.Event, disturbances: Disturbances
) -> EndReason:
    """Run the simulator as one run, from the beginning of the current minute, and give the log back."""
    instruments = instrument_ids()
    feed = SimulatedFeed(seed=seed, instruments=instruments, disturbances=disturbances)
    begin = wall_clock_us() // MINUTE_US * MINUTE_US  # so that the first bar is whole
    number = session_number(begin)
    beginning = Beginning(
        source=FeedRun.Source.SIMULATED,
        description=f"simulated market, seed {seed}" + (", disturbed" if disturbances else ""),
        session=number,
        begin_at=begin,
        warm_up=simulated_bars(seed, number, instruments=instruments, before_us=begin),
    )
    beat = BackgroundBeat()
    done = run_feed(feed, beginning=beginning, pace=WallPace(), ownership=ownership, stop=stop, heartbeat=beat)
    try:
        ownership.release()
    except RedisError:
        logger.info("ownership expires by itself")
    return done.reason


class BackgroundBeat:
    """Writes the feed's heartbeat and its gaps in a thread of its own: the feed never waits for the database."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._gaps_told = 0

    def __call__(self, run: FeedRun, progress: Progress) -> None:
        """Write a heartbeat, unless the one before is still being written."""
        if self._thread is not None and self._thread.is_alive():
            return
        detail = {"run": run.pk, "entries": progress.entries, "read": progress.read, "accepted": progress.accepted}
        gaps = progress.gaps[self._gaps_told :]
        self._thread = threading.Thread(target=self._write, args=(run, gaps, detail), daemon=True)
        self._thread.start()

    def _write(self, run: FeedRun, gaps: list[Gap], detail: Mapping[str, int]) -> None:
        began = time.monotonic()
        try:
            for gap in gaps:
                services.record_gap(run, gap)
                self._gaps_told += 1
            services.beat("feed", **detail)
        except DatabaseError as problem:
            logger.warning("heartbeat not written", problem=str(problem), seconds=time.monotonic() - began)
        finally:
            connection.close()
