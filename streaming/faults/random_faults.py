"""Processes hurt at random while the simulated market runs; afterwards the database must be what the log says."""

import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from risk.services import partitions
from streaming.comparison import Comparison
from streaming.faults import processes
from streaming.faults.processes import Process, wait_until
from streaming.faults.progress import is_folded, positions
from streaming.tick_log import platform_log
from streaming.verification import compare_with_log

PATIENCE_SECONDS: Final = 60.0
QUIET_SECONDS: Final = (0.05, 2.0)  # between two faults
PAUSE_SECONDS: Final = (5.0, 20.0)
KINDS: Final = ("pool child", "worker", "second worker", "beat", "feed", "paused worker")


@dataclass(frozen=True)
class Fault:
    """What was hurt, and the seconds from then (of a pause: from its end) to the next commit."""

    kind: str
    seconds: float


@dataclass
class Suffered:
    """Every fault, and what the comparison of each partition says afterwards."""

    faults: list[Fault] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return all(found.is_equal for found in self.comparisons)

    def recoveries(self, kind: str) -> list[float]:
        """Return the recoveries of a kind of fault, ascending."""
        return sorted(fault.seconds for fault in self.faults if fault.kind == kind)


@dataclass
class _Platform:
    workers: list[Process]
    beat: Process
    feed: Process
    chance: random.Random

    def hurt(self, kind: str) -> None:
        """Kill one process, starting it again as the supervisor does, or pause one for a while."""
        deed: dict[str, Callable[[], None]] = {
            "pool child": self._kill_a_child,
            "worker": lambda: _restart(self.workers[0]),
            "second worker": lambda: _restart(self.workers[1]),
            "beat": lambda: _restart(self.beat),
            "feed": lambda: _restart(self.feed),
            "paused worker": self._pause,
        }
        deed[kind]()

    def _kill_a_child(self) -> None:
        children = self.chance.choice(self.workers).children
        if children:
            os.kill(self.chance.choice(children), signal.SIGKILL)

    def _pause(self) -> None:
        worker = self.chance.choice(self.workers)
        worker.pause()
        time.sleep(self.chance.uniform(*PAUSE_SECONDS))
        worker.resume()


def suffer(*, faults: int, seed: int, kinds: Sequence[str] = KINDS) -> Suffered:
    """Run feed, beat and two workers on the configured stores, hurt them, stop the feed, compare.

    Each kind comes as often as the others, in random order.  Raises FaultRunFailed when nobody goes on.
    """
    suffered, chance, log = Suffered(), random.Random(seed), platform_log()
    order = [kinds[number % len(kinds)] for number in range(faults)]
    chance.shuffle(order)
    with ExitStack() as stack:
        platform = _Platform(
            workers=[processes.worker(name, stack) for name in ("worker", "second-worker")],
            beat=processes.beat(stack),
            feed=processes.manage(stack, "feed", "run_feed"),
            chance=chance,
        )
        _wait_for_commit_after("0-0", "the start")
        for kind in order:
            time.sleep(chance.uniform(*QUIET_SECONDS))
            suffered.faults.append(_suffer(platform, kind))
        platform.feed.stop()
        wait_until(lambda: is_folded(log), seconds=PATIENCE_SECONDS, what="the cursors to reach the end of the log")
    suffered.comparisons = [compare_with_log(log, partition=partition) for partition in partitions()]
    return suffered


def _suffer(platform: _Platform, kind: str) -> Fault:
    if kind == "paused worker":
        platform.hurt(kind)
        position, began = _position(), time.monotonic()
    else:
        position, began = _position(), time.monotonic()
        platform.hurt(kind)
    _wait_for_commit_after(position, kind)
    return Fault(kind, time.monotonic() - began)


def _restart(process: Process) -> None:
    process.kill()
    process.start()


def _position() -> str:
    return positions().get(0, "0-0")


def _wait_for_commit_after(position: str, what: str) -> None:
    wait_until(lambda: _position() != position, seconds=PATIENCE_SECONDS, what=f"a commit after {what}")
