"""Feeds the market that is chosen in the database, one run for each choice, without an operator.

1. Read the choice in force.
2. Open what it names; what cannot be opened is reported with its reason, and nothing else is fed in its place.
3. Run it until it ends, the process is to stop, or another choice is made, which ends the run cleanly.
4. A recording that has ended, and a choice that failed, wait for the next choice.
"""

import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import structlog
from django.db import Error as DatabaseProblem
from django.db import connection
from redis import RedisError

from risk.quant.calendar import MINUTE_US
from riskplatform.lib.errors import DomainError
from streaming import services
from streaming import source_queries as choices
from streaming import source_services as sources
from streaming.feed_beat import BackgroundBeat
from streaming.feed_ownership import FeedOwnership
from streaming.feed_pace import Pace, ReplayPace, WallPace, parse_speed, wall_clock_us
from streaming.feed_process import Beginning, instrument_ids, run_feed
from streaming.feed_runner import EndReason
from streaming.feeds.base import Feed
from streaming.feeds.recording_files import RecordingError
from streaming.feeds.selected import SelectedFeed
from streaming.feeds.simulated import SimulatedFeed, session_number
from streaming.feeds.simulated_disturbances import Disturbances
from streaming.feeds.simulated_history import simulated_bars
from streaming.models import FeedRun, SourceOutcome, SourceVersion
from streaming.recordings import path_of
from streaming.replaying import open_recording
from streaming.source_watch import LOOK_SECONDS, SourceWatch

logger = structlog.get_logger(__name__)
IDLE_BEATS: Final = 10  # looks between two heartbeats of a feed that waits


@dataclass(frozen=True)
class Opened:
    """A feed with what its run says of itself, and the pace of its time."""

    feed: Feed
    beginning: Beginning
    pace: Pace
    keeps_with_worker: bool = False


@dataclass
class ChosenFeed:
    """The feed of one process; `seed` and `disturbances` are of the simulated market."""

    seed: int
    disturbances: Disturbances
    ownership: FeedOwnership
    stop: threading.Event
    _failed: int | None = field(default=None, init=False)  # tried in vain in this process: a restart tries again

    def feed(self) -> EndReason | None:
        """Run the choice in force once, or wait where there is nothing to run; give the log back after it."""
        version = choices.newest_version()
        number = version.number if version else choices.NOTHING_CHOSEN
        try:
            if number == self._failed or _is_over(version):
                self._wait_for_another(number)
                return None
            opened = self._open(version)
            return None if opened is None else self._run(opened, version, number)
        finally:
            with suppress(RedisError):  # ownership expires by itself
                self.ownership.release()

    def _open(self, version: SourceVersion | None) -> Opened | None:
        """Return what the choice names; None where it cannot be fed, which is reported."""
        try:
            if version is not None and version.mode == SourceVersion.Mode.REPLAY:
                return _recorded(version)
            return _simulated(self.seed, self.disturbances, version.symbols if version else ())
        except (RecordingError, DomainError, OSError) as problem:
            if version is None:
                raise
            self._failed = version.number
            logger.error("chosen source cannot be fed", version=version.number, problem=str(problem))
            sources.report(version, SourceOutcome.State.FAILED, problem=str(problem))
            return None

    def _run(self, opened: Opened, version: SourceVersion | None, number: int) -> EndReason:
        if version is not None:
            feed = opened.feed
            sources.report(version, SourceOutcome.State.RUNNING, first_us=feed.first_us, last_us=feed.last_us)
        with SourceWatch(number, stop=self.stop) as watch:
            done = run_feed(
                opened.feed,
                beginning=opened.beginning,
                pace=opened.pace,
                ownership=self.ownership,
                stop=watch.ending,
                keeps_with_worker=opened.keeps_with_worker,
                heartbeat=BackgroundBeat(choice=number),
                why=watch.why,
            )
        if version is not None and done.reason == EndReason.FINISHED:
            sources.report(version, SourceOutcome.State.FINISHED)
        return done.reason

    def _wait_for_another(self, number: int) -> None:
        """Wait until another source is chosen or the process is to stop; the log is free meanwhile."""
        with suppress(RedisError):
            self.ownership.release()
        logger.info("feed waits for another choice of source", version=number)
        looks = 0
        while not self.stop.wait(LOOK_SECONDS):
            try:
                if choices.newest_number() != number:
                    return
                if looks % IDLE_BEATS == 0:
                    services.beat("feed", run=None, choice=number)
                looks += 1
            except DatabaseProblem as problem:
                logger.warning("chosen source unreadable", problem=str(problem))
                connection.close()


def _is_over(version: SourceVersion | None) -> bool:
    outcome = choices.outcome_of(version)
    return outcome is not None and outcome.state == SourceOutcome.State.FINISHED


def _chosen(symbols: Collection[str], instruments: Mapping[str, int]) -> list[int]:
    """Return the ids of chosen symbols.  Raises DomainError for one that is not active any more."""
    if gone := [symbol for symbol in symbols if symbol not in instruments]:
        raise DomainError(f"{gone[0]} is not an active instrument any more")
    return [instruments[symbol] for symbol in symbols]


def _simulated(seed: int, disturbances: Disturbances, symbols: Collection[str]) -> Opened:
    """Return the simulated market from the beginning of the current minute, so that the first bar is whole."""
    instruments = instrument_ids()
    feed: Feed = SimulatedFeed(seed=seed, instruments=instruments, disturbances=disturbances)
    begin = wall_clock_us() // MINUTE_US * MINUTE_US
    number = session_number(begin)
    warm_up = simulated_bars(seed, number, instruments=instruments, before_us=begin)
    described = f"simulated market, seed {seed}" + (", disturbed" if disturbances else "")
    if symbols:
        chosen = _chosen(symbols, instruments)
        feed, warm_up = SelectedFeed(feed, chosen), warm_up[np.isin(warm_up["instrument"], chosen)]
        described += f", {len(symbols)} symbols"
    return Opened(feed, Beginning(FeedRun.Source.SIMULATED, described, number, begin, warm_up), WallPace())


def _recorded(version: SourceVersion) -> Opened:
    """Return the chosen recording.

    Raises what `open_recording` does, and DomainError where it holds none of the chosen symbols.
    """
    recording = open_recording(path_of(version.recording), None)
    feed: Feed = recording
    instruments, described = instrument_ids(), version.recording
    if version.symbols:
        feed = SelectedFeed(recording, _chosen(version.symbols, instruments))
        described += f", {len(version.symbols)} symbols"
    if not set(feed.names) & set(instruments.values()):
        raise DomainError(f"{version.recording} has no ticks of the chosen symbols")
    begin = Beginning(FeedRun.Source.REPLAY, described, recording.day.session.key, recording.first_us - 1)
    pace = ReplayPace(recording.first_us, speed=parse_speed(version.speed))
    return Opened(feed, begin, pace, keeps_with_worker=True)
